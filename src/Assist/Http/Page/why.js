// Why one flow is there: the message, the rule and the sender behind it, and what has become of it.

import { ask, hasToken, order } from './net.js';
import { byId, clock, destination, duration, el, number, source, words } from './text.js';

export function startWhy() {
  const dialog = byId('why');
  dialog.querySelector('.close').addEventListener('click', () => dialog.close());
}

export async function showWhy(name) {
  const dialog = byId('why');
  const body = dialog.querySelector('.body');
  byId('why-title').textContent = name;
  body.replaceChildren(el('p', {}, 'Asking …'));
  if (!dialog.open) dialog.showModal();
  try {
    const report = await ask(`flows/${encodeURIComponent(name)}`);
    body.replaceChildren(...(report.cause ? causeOf(report.cause) : [
      el('p', {}, 'It ended a while ago; only its history is known.')]), ...historyOf(report));
  } catch (fault) {
    body.replaceChildren(el('p', { class: 'banner' }, fault.message));
  }
}

function causeOf({ flow, since, until, message }) {
  return [
    list('What it does', [
      ['Action', flow.action + (flow.class ? `, of a ${flow.class}` : '') + (flow.merged ? ', of many ports' : '')],
      ['From', source(flow.match)],
      ['To', destination(flow.match)],
      ['Protocol', flow.match?.protocol ?? 'any'],
      ['State', words(flow.state) + (flow.rejection ? `; the switch said: ${flow.rejection}` : '')],
      ['Packets', number(flow.packets)],
      ['Since', since ? `${clock(since)}, ${duration(flow.begun_ago_s)} ago` : null],
      ['Until', until ? `${clock(until)}, unless its log repeats` : null],
      ['Ended', flow.ended_ago_s === undefined ? null : `${duration(flow.ended_ago_s)} ago`],
      ['Came back', flow.escalation ? `${flow.escalation} times, so it lives longer` : null],
    ]),
    ...reasonOf(flow, message),
    ...(flow.ended_ago_s === undefined ? wayOut(flow) : []),
  ];
}

function reasonOf(flow, message) {
  const heading = el('h3', {}, 'Why it is there');
  const rule = ['Our rule', flow.rule];
  if (!message)
    return [heading, pairs([rule]), el('p', { class: 'muted' }, 'The log behind it is not known any more.')];
  return [
    heading,
    pairs([
      rule,
      ['Firewall’s rule', message.firewall_rule],
      ['Sender', message.sender ? `${message.sender} by ${message.transport ?? 'an unknown transport'}`
        + (message.verified ? ', certificate verified' : '') : null],
      ['Received', clock(message.received)],
      ['Read as', message.format],
      ['Session', message.session_id],
      ['Serial number', message.serial],
    ]),
    ...(message.text ? [el('h4', {}, 'Its log'), el('pre', {}, message.text)] : []),
  ];
}

function wayOut(flow) {
  const address = flow.action === 'drop' ? flow.match?.source ?? flow.match?.destination : null;
  const commands = [`assist delete --name ${flow.name}`];
  if (address) commands.unshift(`assist allow ${address} --for 2h`);
  const outcome = el('p', { role: 'status' });
  const run = (name, body) => async () => {
    try {
      const answer = await order(name, { ...body, reason: byId('reason').value });
      outcome.textContent = answer.problem ?? `Removed: ${number(answer.deleted?.length ?? 0)}`
        + (answer.confirmed === false ? '; the switch has not confirmed it yet' : '');
    } catch (fault) {
      outcome.textContent = fault.message;
    }
  };
  const buttons = hasToken() ? [el('p', { class: 'row' },
    address ? el('button', { type: 'button', onclick: run('allow', { address, seconds: 7200 }) },
      `Allow ${address} for 2 hours`) : null,
    el('button', { type: 'button', class: 'danger', onclick: run('delete', { name: flow.name }) }, 'Remove this flow'))]
    : [];
  return [el('h3', {}, 'To lift it'),
    el('ul', { class: 'commands' }, ...commands.map((command) => el('li', {}, el('code', {}, command)))),
    ...buttons, outcome];
}

function historyOf({ history, source: place }) {
  if (history.length === 0) return [];
  return [el('h3', {}, 'Its history'),
    el('ol', { class: 'events' }, ...history.map((event) => el('li', {},
      el('time', { datetime: event.time }, clock(event.time)), ` ${words(event.event)}`,
      event.rule ? ` by rule ${event.rule}` : '', event.reason ? `: ${event.reason}` : ''))),
    el('p', { class: 'muted' }, place === 'audit' ? 'From the audit.'
      : 'From memory: with audit.file in the configuration it goes further back.')];
}

const list = (title, entries) => el('div', {}, el('h3', {}, title), pairs(entries));

const pairs = (entries) => el('dl', { class: 'pairs' }, ...entries
  .filter(([, value]) => value !== null && value !== undefined && value !== '')
  .map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))));
