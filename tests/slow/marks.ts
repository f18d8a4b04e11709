/* The forms of joulecart's Node package as TypeScript has them: what compiles, what is refused, and what
 * it marks when it runs. */
import * as joulecart from 'joulecart';

const sleep = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));

async function main(): Promise<void> {
  {
    using p = joulecart.phase('using');
    p.queries = 2n;
    p.units('tokens', 20);
  }
  {
    await using p = joulecart.phase('await using');
    await sleep(5);
    p.queries = 3;
  }
  try {
    using p = joulecart.phase('thrown');
    p.queries = 4;
    throw new Error('out of the block');
  } catch { /* as it must */ }
  const n: number = joulecart.phase('callback', p => (p.queries = 5));
  const text: string = await joulecart.phase('promise', async p => {
    p.queries = 6;
    await sleep(5);
    return 'done';
  });
  const infer = joulecart.measured('infer', async (question: string, k = 1) => question.length * k, 7);
  const length: number = await infer('four', 2);
  joulecart.metric('total', n + text.length + length);
  joulecart.answers('right', [1, 0, 1]);
  joulecart.answers('right too', new Float32Array([1, 0.5]));
  joulecart.units('images', 3n);
  joulecart.workload('w1');
  joulecart.parent('w0');
  const isActive: boolean = joulecart.active();
  if (isActive && joulecart.dropped() > 0) process.exitCode = 3;
  // @ts-expect-error: a metric is a number
  if (!isActive) joulecart.metric('top1', 'high');
  // @ts-expect-error: a phase has a name
  const nameless = () => joulecart.phase();
  // @ts-expect-error: what a body returns has its own type
  const wrong: () => string = () => joulecart.phase('body', () => 4);
  void [nameless, wrong];
}
void main();
