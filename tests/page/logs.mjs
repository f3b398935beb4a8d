// Logs as a PAN-OS firewall writes them, with addresses reserved for documentation.

import net from 'node:net';

const two = (value) => String(value).padStart(2, '0');

function stamp(at = new Date()) {
  return `${at.getFullYear()}/${two(at.getMonth() + 1)}/${two(at.getDate())} `
    + `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

const header = () => `<14>${new Date().toString().slice(4, 10)} ${stamp().slice(11)} fw.example.net `;

export function traffic({ source, port = 51000, destination, service = 443, action, rule = 'office-to-web' }) {
  const now = stamp();
  const subtype = action === 'allow' ? 'start' : 'drop';
  return `${header()}1,${now},001801000001,TRAFFIC,${subtype},2304,${now},${source},${destination},0.0.0.0,0.0.0.0,`
    + `${rule},,,ssl,vsys1,trust,untrust,ethernet1/1,ethernet1/2,to-assist,${now},${port},1,${port},${service},0,0,`
    + `0x0,tcp,${action},74,74,0,1,${now},0,any,0,1,0x0,10.0.0.0-10.255.255.255,US,0,1,0,n/a,0,0,0,0,,fw,from-policy`;
}

export function threat({ source, port = 51000, destination, service = 80, url, name = 'Exploit(30001)', rule }) {
  const now = stamp();
  return `${header()}1,${now},001801000001,THREAT,vulnerability,2304,${now},${source},${destination},0.0.0.0,0.0.0.0,`
    + `${rule ?? 'inspect-all'},,,web-browsing,vsys1,trust,untrust,ethernet1/1,ethernet1/2,to-assist,${now},${port},1,`
    + `${port},${service},0,0,0x2000,tcp,reset-both,"${url}",${name},any,high,client-to-server,1,0x0,`
    + '10.0.0.0-10.255.255.255,US,0,,0,,,0,,,,,,,,0,0,0,0,0,,fw';
}

// One connection that stays.
export class Firewall {
  constructor(port) {
    this.socket = net.connect(port, '127.0.0.1');
    this.socket.on('error', () => {});
    this.session = 0;
  }

  send(...lines) {
    this.socket.write(lines.map((line) => `${line}\n`).join(''));
  }

  // Some sessions of a usual day, in waves.
  flow() {
    const tick = () => {
      const wave = 1 + Math.round(2 + 2 * Math.sin(this.session / 40));
      for (let i = 0; i < wave; i++) {
        const n = this.session++;
        const source = `10.1.${n % 7}.${n % 240 + 1}`;
        const destination = `203.0.113.${n % 50 + 1}`;
        this.send(traffic({
          source, destination, port: 20000 + n % 30000, service: n % 3 === 0 ? 443 : 22,
          action: n % 4 === 0 ? 'deny' : 'allow',
        }));
      }
    };
    this.timer = setInterval(tick, 250);
  }

  end() {
    clearInterval(this.timer);
    this.socket.destroy();
  }
}
