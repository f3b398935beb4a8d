// What those who look cost: the same logs with nobody looking, and with an open page, Prometheus and ten readers of
// events. Rounds take turns, and the medians are compared.
//   node cost.mjs PROGRAM EMULATOR

import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { traffic } from './logs.mjs';
import { Rig, until } from './rig.mjs';

const [program, emulator] = process.argv.slice(2);
const rounds = 5;
const sessions = 2000;
const messages = 4_000_000;
const readers = 10;
const mostSlower = 5; // percent
const mostMemory = 25; // MB

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

// As the page asks.
const questions = [['api/v1/status', 1000], ['api/v1/flows?limit=50', 2000], ['api/v1/refused?last=30', 5000],
  ['api/v1/flows?sort=-packets&limit=1000', 5000], ['metrics', 1000]];

function look(rig) {
  const isOver = { yes: false };
  for (let i = 0; i < readers; i++)
    http.get(`${rig.address}api/v1/events?back=50`, (answer) => answer.resume()).on('error', () => {});
  const repeat = async (ask, interval) => {
    while (!isOver.yes) {
      await ask().catch(() => {});
      await pause(interval);
    }
  };
  const get = async (question) => (await fetch(rig.address + question)).text();
  for (const [question, interval] of questions) repeat(() => get(question), interval);
  let last = 0;
  repeat(async () => {
    last = JSON.parse(await get(`api/v1/history?after=${last}`)).samples.at(-1)?.number ?? last;
  }, 1000);
  return isOver;
}

async function send(rig) {
  const lines = Array.from({ length: sessions }, (_, n) => `${traffic({
    source: `10.1.${n % 8}.${n % 250 + 1}`, destination: `203.0.113.${n % 50 + 1}`, port: 20000 + n,
    action: n % 4 === 0 ? 'deny' : 'allow',
  })}\n`).join('');
  const socket = net.connect(rig.syslog, '127.0.0.1');
  for (let sent = 0; sent < messages; sent += sessions)
    if (!socket.write(lines)) await new Promise((done) => socket.once('drain', done));
  await until(async () => (await rig.status()).received >= messages, 'everything has come', 120000);
  socket.destroy();
}

// In MB, of 1,048,576 bytes.
const resident = (pid) => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

async function round(isWatched) {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'asc.'));
  const rig = new Rig(program, emulator, work);
  try {
    await rig.start({ withHttp: isWatched });
    const isOver = isWatched ? look(rig) : { yes: false };
    await pause(1000);
    const begin = performance.now();
    await send(rig);
    const rate = messages / (performance.now() - begin) * 1000;
    await pause(10000);
    const memory = resident(rig.daemon.pid);
    isOver.yes = true;
    const who = isWatched ? 'watched  ' : 'unwatched';
    console.log(`${who}  ${Math.round(rate)} messages a second, ${memory.toFixed(1)} MB`);
    return { rate, memory };
  } finally {
    rig.end();
    fs.rmSync(work, { recursive: true, force: true });
  }
}

const [alone, watched] = [[], []];
for (let i = 0; i < rounds; i++) {
  alone.push(await round(false));
  watched.push(await round(true));
}
const of = (all, what) => median(all.map((each) => each[what]));
const slower = (1 - of(watched, 'rate') / of(alone, 'rate')) * 100;
const more = of(watched, 'memory') - of(alone, 'memory');
const checks = [
  [`throughput falls by ${slower.toFixed(1)} %, at most ${mostSlower} %`, slower <= mostSlower],
  [`memory grows by ${more.toFixed(1)} MB, at most ${mostMemory} MB`, more <= mostMemory],
];
for (const [what, isSo] of checks) console.log(`${isSo ? 'ok  ' : 'FAIL'} ${what}`);
const failed = checks.filter(([, isSo]) => !isSo).length;
console.log(`${checks.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
