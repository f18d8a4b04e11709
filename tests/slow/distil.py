"""Trains a teacher, distils a small student, and answers queries with it: distil.py MODEL.onnx.

PyTorch on made-up data: 8 kinds of points in 16 dimensions, told apart by two of their products. The loop
calls the callback as Lightning's Trainer does."""
import sys

import torch
from torch import nn
from torch.nn import functional

import joulecart
import joulecart.torch

torch.manual_seed(1)
torch.set_num_threads(1)


def made_up(n):
    points = torch.randn(n, 16)
    bits = torch.stack([points[:, 2 * i] * points[:, 2 * i + 1] > 0 for i in range(3)], 1)
    return points, (bits * torch.tensor([1, 2, 4])).sum(1)


def top1(model, points, kinds):
    with torch.no_grad():
        return (model(points).argmax(1) == kinds).float()


class Trainer:
    """What a callback of Lightning's meets."""

    def __init__(self, callback):
        self.callback = callback
        self.callback_metrics = {}

    def fit(self, model, loss_of, batches, validate):
        optimizer = torch.optim.Adam(model.parameters(), 3e-3)
        self.callback.setup(self, model, stage="fit")
        self.callback.on_train_start(self, model)
        for number, batch in enumerate(batches):
            optimizer.zero_grad()
            loss = loss_of(model, *batch)
            loss.backward()
            optimizer.step()
            self.callback.on_train_batch_end(self, model, loss, batch, number)
        self.callback.on_validation_start(self, model)
        self.callback_metrics = validate(model)
        self.callback.on_validation_end(self, model)
        self.callback.on_train_end(self, model)


def main(path):
    trainer = Trainer(joulecart.callbacks.LightningCallback())
    test = made_up(4000)
    batches = [made_up(256) for _ in range(600)]
    teacher = nn.Sequential(nn.Linear(16, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(),
                            nn.Linear(256, 8))
    trainer.fit(teacher, lambda model, x, y: functional.cross_entropy(model(x), y), batches,
                lambda model: {"teacher_top1": top1(model, *test).mean()})

    student = nn.Sequential(nn.Linear(16, 48), nn.ReLU(), nn.Linear(48, 48), nn.ReLU(),
                            nn.Linear(48, 8))

    def distilled(model, points, kinds):
        with torch.no_grad():
            wanted = functional.softmax(teacher(points) / 2, 1)
        given = model(points)
        return (functional.kl_div(functional.log_softmax(given / 2, 1), wanted, reduction="batchmean")
                + functional.cross_entropy(given, kinds))

    trainer.fit(student, distilled, batches, lambda model: {"top1": top1(model, *test).mean()})
    right = top1(student, *test)
    joulecart.workload("points-1")
    with joulecart.torch.layers(student), torch.no_grad():
        with joulecart.torch.phase("steady") as p:
            for _ in range(4000):
                student(test[0][:64])
                p.queries += 64
    joulecart.answers("top1", right.tolist())
    print(f"teacher {top1(teacher, *test).mean():.3f}, student {right.mean():.3f}, "
          f"{sum(one.numel() for one in student.parameters())} parameters")
    student.eval()
    torch.onnx.export(student, test[0][:1], path, input_names=["points"], output_names=["kinds"],
                      dynamic_axes={"points": {0: "n"}, "kinds": {0: "n"}})


main(sys.argv[1])
