'use strict';
// What a Node program says to joulecart: one packet a mark, on the socket that it was started
// with (the form is that of profiler/markers/marker-message.h). Nothing here throws into the
// program, prints or waits (answers() alone does, for room): what cannot be sent is dropped and
// counted. Outside of `joulecart run` every call ends at the first test.

const fs = require('fs');
const { AsyncLocalStorage } = require('async_hooks');

const PACKET_BYTES = 264;
const MAGIC = 0x4a434d31;
const BEGIN = 1, END = 2, METRIC = 5, WORKLOAD = 6, PARENT = 7, UNITS = 8, ANSWERS = 9, FAREWELL = 12;
// Where the members stand; the byte order is the machine's.
const AT = { magic: 0, kind: 4, monoNs: 8, number: 16, real: 24, pid: 32, phase: 36, name: 68,
             text: 100, dropped: 256, context: 260 };
const NAME_BYTES = 31;
const ANSWER_BYTES = 152, MOST_ANSWERS = 2 ** 20;
const MAX_NUMBER = 2n ** 63n - 1n;
const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

let socketFd; // joulecart's, once it was looked for; -1: there is none
let socketInode;
let nDropped = 0;
let nUntold = 0; // of these, what joulecart does not know
const openPhases = new AsyncLocalStorage(); // of this chain of calls, the innermost last

// A phase's number, which pairs its end with its begin. Each worker thread has numbers of its own;
// all are below 0, where those of the shared library's threads are not.
const threadId = (() => {
  try { return require('worker_threads').threadId; } catch { return 0; }
})();
let nPhases = 0;
function nextContext() {
  nPhases = (nPhases + 1) % 0x100000;
  return -((threadId % 0x7ff) * 0x100000 + nPhases) - 1;
}

function findSocket() {
  const [number, inode] = (process.env.JOULECART_MARKER_FD || '').split(':');
  if (!/^\d+$/.test(number) || !/^\d+$/.test(inode || '') || Number(number) <= 2) return -1;
  socketInode = Number(inode); // the kernel's numbers of sockets have 32 bits
  return isSocket(Number(number)) ? Number(number) : -1;
}

// A program that did not inherit the descriptor, or closed it, may have another file under its number.
function isSocket(fd) {
  try {
    return fs.fstatSync(fd).ino === socketInode;
  } catch {
    return false;
  }
}

// Counts a mark that is lost, where joulecart sees it: a byte in a file beside its socket.
function lose() {
  nDropped++;
  try {
    const { O_WRONLY, O_APPEND, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
    const file = fs.openSync(`${process.env.JOULECART_MARKER_SOCKET}-lost`, O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK);
    try { fs.writeSync(file, '\0'); } finally { fs.closeSync(file); }
  } catch {
    if (nUntold++ === 0) process.once('exit', bidFarewell);
  }
}

// What was lost since the last mark, and could not be told of then.
function bidFarewell() {
  if (socketFd >= 0) send(FAREWELL, { isPatient: true });
}

// joulecart measures, and this process has not inherited its socket: Node connects to none of its kind.
function isCutOff() {
  return socketFd < 0 && process.env.JOULECART_MARKER_SOCKET !== undefined;
}

function listens() {
  if (socketFd === undefined) socketFd = findSocket();
  if (isCutOff()) lose();
  return socketFd >= 0;
}

function toNumber(value) {
  try {
    const number = typeof value === 'bigint' ? value : BigInt(Math.trunc(Number(value)));
    return number < 0n ? 0n : number > MAX_NUMBER ? MAX_NUMBER : number;
  } catch {
    return 0n; // NaN, Infinity, or no number at all
  }
}

// At most 31 bytes of a name, cut between two characters.
function putName(packet, at, name) {
  let text;
  try { text = String(name); } catch { text = '?'; }
  packet.write(text, at, NAME_BYTES, 'utf8'); // write() never splits a character
}

const write = littleEndian
  ? { u32: 'writeUInt32LE', i32: 'writeInt32LE', i64: 'writeBigInt64LE', f64: 'writeDoubleLE' }
  : { u32: 'writeUInt32BE', i32: 'writeInt32BE', i64: 'writeBigInt64BE', f64: 'writeDoubleBE' };

const packet = Buffer.alloc(PACKET_BYTES); // each thread has its own, and a send is over at once

const PATIENCE_MS = 3000; // for room in a full socket, where joulecart does not read
const never = new Int32Array(new SharedArrayBuffer(4));

// Whether it was sent. The socket does not block, and Node ignores SIGPIPE.
function writeOut(isPatient) {
  for (let waited = 0; ; waited++) {
    try {
      if (!isSocket(socketFd)) return false;
      fs.writeSync(socketFd, packet);
      return true;
    } catch (error) {
      if (!isPatient || error.code !== 'EAGAIN' || waited >= PATIENCE_MS) return false;
      Atomics.wait(never, 0, 0, 1); // a millisecond
    }
  }
}

function send(kind, { phase = '', name = '', number = 0n, real = 0, context = 0, atNs, text, isPatient = false } = {}) {
  try {
    packet.fill(0);
    packet[write.u32](MAGIC, AT.magic);
    packet[write.u32](kind, AT.kind);
    packet[write.i64](atNs === undefined ? process.hrtime.bigint() : atNs, AT.monoNs);
    packet[write.i64](number, AT.number);
    packet[write.f64](real, AT.real);
    packet[write.i32](process.pid, AT.pid);
    putName(packet, AT.phase, phase);
    putName(packet, AT.name, name);
    if (text) packet.set(text, AT.text);
    packet[write.u32](nUntold >>> 0, AT.dropped);
    packet[write.i32](context, AT.context);
    if (writeOut(isPatient)) return true;
  } catch { /* a name whose text is none */ }
  lose();
  return false;
}

class Phase {
  #name;
  #context;
  #beginNs;
  #endNs;

  constructor(name, queries = 0) {
    this.#name = name;
    this.queries = queries;
    this.#context = listens() ? nextContext() : 0;
    this.#beginNs = process.hrtime.bigint();
    if (this.#context) send(BEGIN, { phase: name, context: this.#context, atNs: this.#beginNs });
  }

  get name() { return this.#name; }

  /** Seconds that the phase has lasted, or lasted: there at once, with and without joulecart. */
  get seconds() {
    return Number((this.#endNs === undefined ? process.hrtime.bigint() : this.#endNs) - this.#beginNs) / 1e9;
  }

  units(unit, n) {
    if (this.#context && this.#endNs === undefined)
      send(UNITS, { phase: this.#name, name: unit, number: toNumber(n), context: this.#context });
  }

  end() {
    if (this.#endNs !== undefined) return;
    this.#endNs = process.hrtime.bigint();
    if (this.#context)
      send(END, { phase: this.#name, number: toNumber(this.queries), context: this.#context,
                  atNs: this.#endNs });
  }
}
// For `using p = joulecart.phase('infer')`, where the language has it.
Phase.prototype[Symbol.dispose || Symbol.for('Symbol.dispose')] = Phase.prototype.end;
Phase.prototype[Symbol.asyncDispose || Symbol.for('Symbol.asyncDispose')] = async function () {
  this.end();
};

function isPromise(value) {
  return value !== null && typeof value === 'object' && typeof value.then === 'function';
}

// Ends one when call() returns, throws, or what it promises is settled.
function endAfter(one, call) {
  let result;
  try {
    result = call();
  } catch (error) {
    one.end();
    throw error;
  }
  if (!isPromise(result)) {
    one.end();
    return result;
  }
  return result.then(
    value => { one.end(); return value; },
    error => { one.end(); throw error; });
}

function phase(name, body) {
  const one = new Phase(name);
  if (typeof body !== 'function') return one;
  return endAfter(one, () => openPhases.run([...(openPhases.getStore() || []), one], body, one));
}

// A region in C adds up in memory that it shares with joulecart, which needs a native module here. Without one
// each passage is a phase; units() and the queries still go to the phase around it.
function region(name, body) {
  const one = new Phase(name);
  return typeof body === 'function' ? endAfter(one, body) : one;
}

function measured(name, body, queries = 1) {
  return function (...args) {
    return phase(name, one => {
      one.queries = queries;
      return body.apply(this, args);
    });
  };
}

function metric(name, value) {
  if (listens()) send(METRIC, { name, real: typeof value === 'number' ? value : NaN });
}

// Right and wrong take a bit, anything between a byte.
function packed(answers) {
  if (answers.some(one => one !== 0 && one !== 1)) // NaN is no answer that was right
    return [8, Uint8Array.from(answers, one => one > 0 ? Math.floor(255 * Math.min(one, 1) + 0.5) : 0)];
  const bytes = new Uint8Array(Math.ceil(answers.length / 8));
  answers.forEach((one, i) => { if (one) bytes[i >> 3] |= 1 << (i & 7); });
  return [1, bytes];
}

function answers(metric, given) {
  if (!listens()) return;
  let values;
  let n;
  try {
    values = Array.from(given, Number);
    n = values.length;
  } catch { // no numbers, which the report says
    values = [0];
    n = NaN;
  }
  const [bits, bytes] = packed(n > MOST_ANSWERS ? [0] : values); // too many are refused, and the report says so
  for (let at = 0; at < bytes.length; at += ANSWER_BYTES)
    // without one of its packets the rest is worth nothing
    if (!send(ANSWERS, { phase: String(bits), name: metric, number: BigInt(at * 8 / bits),
                         real: n, text: bytes.subarray(at, at + ANSWER_BYTES),
                         isPatient: true })) return;
}

function workload(hash) {
  if (listens()) send(WORKLOAD, { name: hash });
}

function parent(hash) {
  if (listens()) send(PARENT, { name: hash });
}

function units(unit, n) {
  if (!listens()) return;
  const open = openPhases.getStore();
  if (open && open.length) open[open.length - 1].units(unit, n);
  else send(UNITS, { name: unit, number: toNumber(n) });
}

const active = () => (socketFd === undefined ? findSocket() : socketFd) >= 0;
const dropped = () => nDropped;

module.exports = { phase, region, measured, metric, answers, workload, parent, units, active, dropped };
