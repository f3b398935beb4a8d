// Light, dark, or what the system has; remembered where that is allowed.

import { byId, say } from './text.js';

const themes = ['auto', 'light', 'dark'];
const key = 'assist-theme';

export function startTheme() {
  let theme = themes.includes(kept()) ? kept() : 'auto';
  const show = () => {
    document.documentElement.dataset.theme = theme;
    say(byId('theme'), `Theme: ${theme}`);
  };
  byId('theme').addEventListener('click', () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    try {
      localStorage.setItem(key, theme);
    } catch {
      // It holds until the page is closed.
    }
    show();
  });
  show();
}

function kept() {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
