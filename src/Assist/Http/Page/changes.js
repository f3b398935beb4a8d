// Orders: only with the token, and what came of each is said.

import { ask, hasToken, order, useToken } from './net.js';
import { byId, number } from './text.js';

export function startChanges() {
  const dialog = byId('changes');
  byId('operate').addEventListener('click', () => dialog.showModal());
  dialog.querySelector('.close').addEventListener('click', () => dialog.close());
  byId('unlock').addEventListener('submit', unlock);
  byId('orders').addEventListener('submit', (event) => event.preventDefault());
  byId('pause').addEventListener('click', () => {
    const seconds = Number(byId('pause-for').value);
    run('pause', seconds > 0 ? { seconds } : {}, 'Paused.');
  });
  byId('resume').addEventListener('click', () => run('resume', {}, 'Acting again.'));
  byId('panic').addEventListener('click', () => sure(true));
  byId('panic-not').addEventListener('click', () => sure(false));
  byId('panic-now').addEventListener('click', () => {
    sure(false);
    run('panic', {}, 'Paused.');
  });
}

function sure(isAsked) {
  byId('sure').hidden = !isAsked;
  byId(isAsked ? 'panic-not' : 'panic').focus();
}

// A wrong token is refused also where nothing is to be changed.
async function unlock(event) {
  event.preventDefault();
  useToken(byId('token').value.trim());
  byId('token').value = '';
  try {
    await ask('status');
    byId('unlock').hidden = hasToken();
    byId('orders').hidden = !hasToken();
    tell(hasToken() ? 'The token is right.' : 'No token was given.');
  } catch (fault) {
    useToken('');
    tell(`${fault.message}.`);
  }
}

async function run(name, body, done) {
  tell('…');
  try {
    const answer = await order(name, { ...body, reason: byId('reason').value || null });
    tell([done, answer.deleted ? `Removed: ${number(answer.deleted.length)}.` : '', answer.problem ?? '']
      .filter(Boolean).join(' '));
  } catch (fault) {
    tell(`Not done: ${fault.message}.`);
  }
}

function tell(text) {
  byId('outcome').textContent = text;
}
