// A switch, a daemon and their files.

import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';

export const token = '0123456789abcdef0123456789abcdef';

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export async function until(condition, what, limit = 30000) {
  const end = Date.now() + limit;
  while (Date.now() < end) {
    if (await condition()) return;
    await pause(50);
  }
  throw new Error(`still not so after ${limit / 1000} s: ${what}`);
}

function freePort() {
  return new Promise((done) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

export class Rig {
  constructor(program, emulator, work) {
    Object.assign(this, { program, emulator, work, children: [] });
  }

  // withHttp: false leaves the endpoint off.
  async start({ withHttp = true } = {}) {
    this.http = await freePort();
    this.syslog = await freePort();
    const file = (name) => path.join(this.work, name);
    this.configuration = file('assist.yaml');
    fs.writeFileSync(file('token'), `${token}\n`, { mode: 0o600 });
    fs.writeFileSync(this.configuration, [
      'firewall: {senders: [127.0.0.1]}',
      `listeners: [{transport: tcp, address: 127.0.0.1, port: ${this.syslog}}]`,
      'zones:',
      '  a: {network: Ethernet1, firewall: Ethernet2, firewall_port: ethernet1/1}',
      '  b: {network: Ethernet4, firewall: Ethernet5, firewall_port: ethernet1/2}',
      `switch: {eapi: "unix:${file('eos')}"}`,
      'control: {socket: control.sock, state_directory: state}',
      'audit: {file: audit.jsonl}',
      'flows: {capacity: 2000}',
      'protect: {never_drop: [203.0.113.251]}',
      ...(withHttp ? [`http: {listen: "127.0.0.1:${this.http}", token_file: token}`] : []),
    ].join('\n'));
    this.spawn(this.emulator, ['--socket', file('eos'), '--ready-file', file('ready'), '--programming-delay', '5ms']);
    await until(() => fs.existsSync(file('ready')), 'the switch is ready');
    const setup = spawnSync(this.program, ['--config', this.configuration, 'setup'], { encoding: 'utf8' });
    if (setup.status !== 0) throw new Error(`setup: ${setup.stderr}`);
    await this.startDaemon();
  }

  async startDaemon() {
    this.daemon = this.spawn(this.program, ['--config', this.configuration, 'run']);
    await until(async () => (await this.status())?.switch.reachable, 'the daemon has read the switch');
  }

  // By the control socket; null where nobody answers.
  status() {
    return new Promise((done) => {
      const socket = net.connect(path.join(this.work, 'control.sock'), () => socket.write('{"command":"status"}\n'));
      let answer = '';
      socket.on('data', (data) => { answer += data; });
      socket.on('end', () => done(JSON.parse(answer).status));
      socket.on('error', () => done(null));
    });
  }

  stopDaemon() {
    const ended = new Promise((done) => this.daemon.once('exit', done));
    this.daemon.kill('SIGTERM');
    return ended;
  }

  get address() {
    return `http://127.0.0.1:${this.http}/`;
  }

  async ask(question) {
    return (await fetch(`${this.address}api/v1/${question}`)).json();
  }

  // A proxy that serves the page below another path, and takes that away.
  async startProxy(prefix) {
    const port = await freePort();
    this.proxy = http.createServer((request, response) => {
      if (!request.url.startsWith(prefix)) {
        response.writeHead(404).end();
        return;
      }
      const onward = http.request({
        host: '127.0.0.1', port: this.http, method: request.method, path: request.url.slice(prefix.length - 1),
        headers: { ...request.headers, 'x-forwarded-prefix': prefix.slice(0, -1) },
      }, (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      response.on('close', () => onward.destroy());
      request.pipe(onward);
    }).listen(port, '127.0.0.1');
    return `http://127.0.0.1:${port}${prefix}`;
  }

  spawn(program, options) {
    const log = fs.openSync(path.join(this.work, `${path.basename(program)}.log`), 'a');
    const child = spawn(program, options, { stdio: ['ignore', log, log] });
    this.children.push(child);
    return child;
  }

  end() {
    this.proxy?.closeAllConnections();
    this.proxy?.close();
    for (const child of this.children) child.kill('SIGKILL');
  }
}
