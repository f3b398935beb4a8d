// The shorter lists: what was refused, who sends, what has happened, and who comes most.

import { ask } from './net.js';
import { byId, clock, duration, el, number, say, words } from './text.js';
import { showWhy } from './why.js';

const mostEvents = 50;
const mostInTop = 8;
const mostFlows = 1000;

export async function refreshRefused() {
  const { refused } = await ask('refused', { last: 30 });
  const table = byId('refused');
  table.parentElement.hidden = refused.length === 0;
  byId('refused-none').hidden = refused.length > 0;
  fill(table, refused.map((each) => [
    el('td', {}, el('time', { datetime: each.time }, clock(each.time))),
    el('th', { scope: 'row' }, words(each.outcome)),
    el('td', {}, `${each.sender} by ${each.transport}`),
    el('td', {}, each.reason),
    el('td', { class: 'line' }, el('code', {}, each.line)),
  ]));
}

export function showSenders(senders) {
  fill(byId('senders'), senders.map((sender) => [
    el('th', { scope: 'row' }, sender.sender),
    el('td', {}, Object.keys(sender.transports).join(', ') || '–'),
    el('td', { class: 'number' }, number(sender.received)),
    el('td', { class: 'number' }, sender.last_message_ago_s === undefined ? 'never'
      : `${duration(sender.last_message_ago_s)} ago`),
  ]));
}

// Rows that say the same stay, and with them what is selected in them.
function fill(table, lines) {
  const body = table.querySelector('tbody');
  lines.forEach((cells, index) => {
    const row = el('tr', {}, ...cells);
    const old = body.rows[index];
    if (!old) body.append(row);
    else if (old.textContent !== row.textContent) old.replaceWith(row);
  });
  while (body.rows.length > lines.length) body.lastElementChild.remove();
}

export function addEvent(kind, data) {
  const place = byId('events');
  byId('events-none').hidden = true;
  const text = kind === 'lost' ? `${number(data.lost)} facts were missed` : kind === 'restarted'
    ? 'the daemon was restarted' : eventText(data);
  const name = data.flow && data.match ? data.flow : null;
  place.prepend(el('li', { 'data-event': kind },
    el('time', { datetime: data.time ?? null }, data.time ? clock(data.time) : ''), ' ',
    name ? el('button', { type: 'button', class: 'plain', onclick: () => showWhy(name) }, text) : text));
  while (place.childElementCount > mostEvents) place.lastElementChild.remove();
}

function eventText(data) {
  const parts = [words(data.event)];
  if (data.command) parts.push(`assist ${data.command}, by ${data.login ? `${data.login} as ` : ''}${data.user}`);
  if (data.flow) parts.push(data.flow);
  if (data.count) parts.push(`${number(data.count)}${data.limit ? ` of ${number(data.limit)}` : ''}`);
  if (data.problem) parts.push(words(data.problem));
  if (data.rule) parts.push(`rule ${data.rule}`);
  if (data.reason) parts.push(data.reason);
  return parts.join(' · ');
}

const tops = [
  { title: 'Rules', of: (flow) => flow.rule },
  { title: 'Sources', of: (flow) => flow.match?.source },
  { title: 'Destinations', of: (flow) => flow.match?.destination },
];

// Of the flows that are there; the busiest thousand are the ones that matter.
export async function refreshTop() {
  const { flows } = await ask('flows', { sort: '-packets', limit: mostFlows });
  const place = byId('top');
  if (place.childElementCount === 0) place.append(...tops.map(({ title }) => topTable(title)));
  tops.forEach(({ of }, index) => fill(place.children[index].querySelector('table'), ranked(flows, of).map(
    ({ name, flows: count, packets }) => [
      el('th', { scope: 'row' }, name), el('td', { class: 'number' }, number(count)),
      el('td', { class: 'number' }, number(packets)),
    ])));
}

const topTable = (title) => el('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-label': `Top: ${title}` },
  el('table', {}, el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, title),
    el('th', { scope: 'col', class: 'number' }, 'Flows'), el('th', { scope: 'col', class: 'number' }, 'Packets'))),
  el('tbody')));

function ranked(flows, of) {
  const sums = new Map();
  for (const flow of flows) {
    const name = of(flow);
    if (!name) continue;
    const sum = sums.get(name) ?? { name, flows: 0, packets: 0 };
    sum.flows++;
    sum.packets += flow.packets ?? 0;
    sums.set(name, sum);
  }
  return [...sums.values()].sort((a, b) => b.packets - a.packets || b.flows - a.flows).slice(0, mostInTop);
}

export function showFindings(status) {
  byId('wrong').dataset.wrong = status.problems.length > 0;
  const list = byId('problems');
  const texts = status.problems.join('\n');
  if (list.dataset.texts !== texts) list.replaceChildren(...status.problems.map((text) => el('li', {}, text)));
  list.dataset.texts = texts;
  byId('nothing').hidden = status.problems.length > 0;
  say(byId('nothing'), 'Nothing is wrong.');
  const notes = byId('notes');
  notes.hidden = status.notices.length === 0;
  say(notes.querySelector('summary'), `${number(status.notices.length)} to know of`);
  const told = status.notices.join('\n');
  if (notes.dataset.texts !== told)
    notes.querySelector('ul').replaceChildren(...status.notices.map((text) => el('li', {}, text)));
  notes.dataset.texts = told;
}
