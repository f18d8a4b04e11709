'use strict';
// The same as program.c, for Node: steady S N | shapes | answers N | fault NAME | edges N MS.
const joulecart = require('../../../bindings/node');
const { Worker, isMainThread } = require('worker_threads');
const cluster = require('cluster');

const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));
const ended = thing => new Promise(resolve => thing.on('exit', resolve));

async function steady(seconds, n) {
  await joulecart.phase('load', () => sleep(seconds * 1e2));
  await joulecart.phase('steady', async p => {
    await sleep(seconds * 1e3);
    p.queries += n;
    joulecart.units('tokens', 10 * n);
  });
}

async function shapes() {
  await Promise.all([1, 2, 3].map(n => joulecart.phase('async', async p => {
    await sleep(20);
    p.queries = n;
  })));
  if (joulecart.phase('sync', () => 42) !== 42) throw new Error('the result is lost');
  try { joulecart.phase('raised', () => { throw new Error('x'); }); } catch { /* as it must */ }
  await joulecart.phase('rejected', () => Promise.reject(new Error('x'))).catch(() => {});
  const by_hand = joulecart.phase('by hand');
  by_hand.queries = 4n;
  by_hand.end();
  by_hand.end(); // a second time: nothing
  const used = joulecart.phase('used'); // what `using` calls at the block's end
  used.queries = 9;
  used[Symbol.dispose || Symbol.for('Symbol.dispose')]();
  await used[Symbol.asyncDispose || Symbol.for('Symbol.asyncDispose')]();
  joulecart.measured('called', () => {}, 8)();
  await joulecart.phase('around', async p => {
    p.queries = 7;
    const conv1 = joulecart.region('conv1');
    conv1.end();
    if (joulecart.region('conv1', () => 42) !== 42) throw new Error('the result is lost');
    await joulecart.region('conv1', async () => joulecart.units('tokens', 9));
  });
  await ended(new Worker(__filename));
  await ended(cluster.fork());
  joulecart.metric('top1', 0.91);
  joulecart.workload('w1');
}

async function answers(n) {
  const numbers = Array.from({ length: n }, (_, i) => i);
  joulecart.answers('right', numbers.map(i => i % 3 === 0));
  joulecart.answers('in part', Float32Array.from(numbers, i => (i % 5) / 4));
}

async function fault(name) {
  const fs = require('fs');
  await joulecart.phase('fault', async p => {
    p.queries = 1;
    if (name === 'closed')
      for (let fd = 3; fd < 64; fd++)
        try { if (fs.fstatSync(fd).isSocket()) fs.closeSync(fd); } catch { /* none */ }
    if (name === 'raised') throw new Error(name);
    if (name === 'rejected') return Promise.reject(new Error(name));
    if (name === 'exited') process.exit(9);
    if (name === 'killed') process.kill(process.pid, 'SIGKILL');
    return 0;
  }).catch(error => console.log(error.message));
  let total = 1n;
  for (let i = 0; i < 20; i++)
    joulecart.phase('work', () => { total = BigInt.asUintN(64, total * 6364136223846793005n + 1n); });
  console.log(`${name} ${total}`);
}

async function edges(n, apartMs) {
  for (let i = 0; i < n; i++) {
    const us = [], nothing = [];
    for (let j = 0; j < 100; j++) {
      const a = process.hrtime.bigint();
      nothing.push(Number(process.hrtime.bigint() - a) / 1e3);
    }
    await sleep(20); // for joulecart to store what it has
    joulecart.phase('before').end();
    await sleep(apartMs);
    for (let j = 0; j < 50; j++) {
      const a = process.hrtime.bigint();
      const p = joulecart.phase('edge');
      const b = process.hrtime.bigint();
      p.end();
      const c = process.hrtime.bigint();
      us.push(Number(b - a) / 1e3, Number(c - b) / 1e3);
    }
    console.log(us.map((one, j) => `${i} ${one} ${nothing[j]}`).join('\n'));
  }
}

async function main(what, ...rest) {
  if (!isMainThread) await joulecart.phase('worker', async p => { p.queries = 5; });
  else if (cluster.isWorker) await joulecart.phase('cluster', async p => { p.queries = 6; });
  else await { steady, shapes, answers, fault, edges }[what](...(what === 'fault' ? rest : rest.map(Number)));
  if (isMainThread) process.exit(joulecart.dropped() && what !== 'fault' ? 3 : 0);
}
main(...process.argv.slice(2));
