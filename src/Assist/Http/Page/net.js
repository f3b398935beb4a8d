// Talks to the daemon. Every address is relative, so that the page works behind any path.

const patience = 10000;

// The daemon sends something at least every 15 s.
const silence = 40000;
const api = 'api/v1/';
let token = '';

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export const hasToken = () => token !== '';

export function useToken(value) {
  token = value;
}

// Not in Authorization, which a proxy in front may have its own use for.
const headers = (more = {}) => (token ? { ...more, 'X-Assist-Token': token } : more);

async function read(response) {
  const text = await response.text();
  let answer = {};
  try {
    answer = JSON.parse(text);
  } catch {
    // A proxy has answered in the daemon's place.
  }
  if (!response.ok) throw new Refused(response.status, answer.error ?? `the answer was ${response.status}`);
  return answer;
}

export async function ask(question, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== '' && value !== null && value !== undefined);
  const search = given.length > 0 ? `?${new URLSearchParams(given)}` : '';
  return read(await fetch(api + question + search, {
    cache: 'no-store', headers: headers(), signal: AbortSignal.timeout(patience),
  }));
}

// The switch may take a while to confirm.
export async function order(name, body = {}) {
  return read(await fetch(api + name, {
    method: 'POST', body: JSON.stringify(body), headers: headers({ 'Content-Type': 'application/json' }),
    signal: AbortSignal.timeout(3 * patience),
  }));
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Reads the events for ever: an EventSource could not send the token.
export async function follow(take) {
  let last = '';
  while (true) {
    try {
      const gone = new AbortController();
      const response = await fetch(`${api}events${last ? '' : '?back=50'}`, {
        cache: 'no-store', headers: headers(last ? { 'Last-Event-ID': last } : {}), signal: gone.signal,
      });
      if (!response.ok) throw new Refused(response.status, '');
      for await (const event of eventsOf(response.body, gone)) {
        if (event.id) last = event.id;
        take(event.kind, event.data);
      }
    } catch {
      // It comes back, or somebody gives the token.
    }
    await pause(2000);
  }
}

async function* eventsOf(body, gone) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  while (true) {
    const timer = setTimeout(() => gone.abort(), silence);
    const { value, done } = await reader.read();
    clearTimeout(timer);
    if (done) return;
    const parts = (rest + value).split('\n\n');
    rest = parts.pop();
    for (const part of parts) {
      const event = { id: '', kind: '', data: null };
      for (const line of part.split('\n')) {
        if (line.startsWith('id: ')) event.id = line.slice(4);
        else if (line.startsWith('event: ')) event.kind = line.slice(7);
        else if (line.startsWith('data: ')) event.data = JSON.parse(line.slice(6));
      }
      if (event.data) yield event;
    }
  }
}
