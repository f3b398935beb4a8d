// The page: asks the daemon each second and shows what it says.

import { startChanges } from './changes.js';
import { Chart } from './charts.js';
import { refreshFlows, startFlows } from './flows.js';
import { addEvent, refreshRefused, refreshTop, showFindings, showSenders, startTop } from './lists.js';
import { ask, follow } from './net.js';
import { byId, clock, duration, el, milliseconds, number, rate, say } from './text.js';
import { startTheme } from './theme.js';
import { startWhy } from './why.js';

const samplesKept = 600;
const samples = [];
let last = null;
let heardAt = null;

const charts = [
  new Chart({
    title: 'Flow table, entries', words: number, least: 10,
    series: [
      { name: 'ours', kind: 'table', area: true, of: (sample) => sample.entries },
      { name: 'static and foreign', kind: 'other', of: (sample) => sample.other_entries },
    ],
  }),
  new Chart({
    title: 'Reaction, message to read back', words: milliseconds, least: 1,
    series: [
      { name: 'mean', kind: 'table', of: (sample) => sample.reaction_ms ?? null },
      { name: '99th percentile, at most', kind: 'other', of: (sample) => sample.reaction_p99_ms ?? null },
    ],
  }),
  new Chart({
    title: 'Drops and bypasses a second', words: rate, least: 1,
    series: [
      { name: 'drops', kind: 'drop', of: (sample) => sample.drops },
      { name: 'bypasses', kind: 'bypass', of: (sample) => sample.bypasses },
    ],
  }),
  new Chart({
    title: 'Messages a second', words: rate, least: 1,
    series: [
      { name: 'all', kind: 'table', area: true, of: (sample) => sample.messages },
      { name: 'refused', kind: 'drop', of: (sample) => sample.refused },
    ],
  }),
];

const tiles = [
  {
    title: 'Flow table', value: ({ table }) => `${number(table.entries)} of ${number(table.limit)}`,
    more: ({ table }) => `${number(table.drops_left)} drops fit`, bar: ({ table }) => [table.entries, table.limit],
  },
  { title: 'Drops', value: ({ table }) => number(active(table.flows.drop)), more: () => `${rate(last?.drops)} /s` },
  {
    title: 'Bypasses', value: ({ table }) => number(active(table.flows.bypass)),
    more: () => `${rate(last?.bypasses)} /s`,
  },
  {
    title: 'Messages', value: ({ received }) => number(received), more: () => `${rate(last?.messages)} /s`,
  },
  {
    title: 'Reaction', value: () => milliseconds(samples.findLast((sample) => sample.reaction_ms)?.reaction_ms),
    more: ({ queue_length: queue }) => `${number(queue)} wait`,
  },
  {
    title: 'Not acted on', value: ({ outcomes }) => number(
      ['malformed', 'stale', 'refused_sender', 'protected', 'no_interface', 'over_limit', 'shed']
        .reduce((sum, name) => sum + (outcomes[name] ?? 0), 0)),
    more: () => `${rate(last?.refused)} /s`,
  },
];

const active = (states) => Object.values(states).reduce((sum, count) => sum + count, 0);

function makeTiles() {
  for (const tile of tiles) {
    tile.place = el('dd', { class: 'value' });
    tile.beside = el('dd', { class: 'muted' });
    tile.meter = tile.bar ? el('meter', { min: '0', 'aria-label': `${tile.title}, share that is used` }) : null;
    byId('tiles').append(el('div', {}, el('dt', {}, tile.title), tile.place,
      tile.meter ? el('dd', {}, tile.meter) : null, tile.beside));
  }
}

function showTiles(status) {
  for (const tile of tiles) {
    say(tile.place, tile.value(status));
    say(tile.beside, tile.more(status));
    if (!tile.meter) continue;
    const [value, most] = tile.bar(status);
    Object.assign(tile.meter, { max: most, high: most * 0.8, optimum: 0, value });
  }
}

function showStatus(status) {
  const { hostname, model, version } = status.switch;
  say(byId('switch'), [hostname || status.switch.endpoint, model, version ? `EOS ${version}` : '', status.mode,
    status.table.dry_run ? 'DRY RUN' : ''].filter(Boolean).join(' · '));
  say(byId('about'), `assist ${status.version}, running for ${duration(status.uptime_s)}, ${status.configuration}; `
    + `listens on ${status.listeners.join(', ')}`);
  const wrong = status.problems.length;
  showHealth(wrong === 0 ? 'healthy' : 'degraded', wrong === 0 ? 'Healthy'
    : status.paused ? 'Paused' : `${wrong} ${wrong === 1 ? 'problem' : 'problems'}`);
  showFindings(status);
  showSenders(status.senders);
  showTiles(status);
}

// Told only when it changes.
function showHealth(state, text) {
  const pill = byId('health');
  if (pill.dataset.state === state && pill.textContent === text) return;
  const isFirst = pill.dataset.state === 'unknown';
  pill.dataset.state = state;
  say(pill, text);
  document.title = state === 'healthy' ? 'assist' : `${text} – assist`;
  if (!isFirst || state !== 'healthy') say(byId('said'), `The daemon: ${text}`);
}

async function refreshTrend() {
  const { samples: fresh } = await ask('history', { after: last?.number ?? 0 });
  // The daemon was restarted: what it counts begins anew.
  if (fresh.length > 0 && last && fresh[0].number <= last.number) samples.length = 0;
  samples.push(...fresh);
  samples.splice(0, samples.length - samplesKept);
  last = samples.at(-1) ?? null;
  for (const chart of charts) chart.draw(samples);
}

// Each in its own time, and none while nobody looks.
function every(milliseconds_, work) {
  const turn = async () => {
    if (!document.hidden) {
      try {
        await work();
        heard();
      } catch (fault) {
        lost(fault);
      }
    }
    setTimeout(turn, milliseconds_);
  };
  turn();
}

function heard() {
  heardAt = new Date();
  byId('offline').hidden = true;
}

function lost(fault) {
  const isLocked = fault.status === 401;
  const since = heardAt ? ` It was heard last at ${clock(heardAt)}.` : '';
  say(byId('offline'), isLocked ? 'The token is needed to see anything: give it under Changes.'
    : fault.status ? `The daemon refuses: ${fault.message}.` : `The daemon does not answer.${since}`);
  byId('offline').hidden = false;
  if (!fault.status) showHealth('lost', 'No answer');
}

startTheme();
startWhy();
startChanges();
startFlows();
startTop();
makeTiles();
byId('charts').append(...charts.map((chart) => chart.element));
every(1000, refreshTrend);
every(1000, async () => showStatus(await ask('status')));
every(2000, () => refreshFlows());
every(5000, refreshRefused);
every(5000, refreshTop);
follow(addEvent);
