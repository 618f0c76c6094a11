import { html, Markup } from './markup.ts';
import { page, type Page } from './page.ts';

export interface LoginFacts {
  readonly status: number;
  /** Where the form goes: path and query. */
  readonly action: string;
  /** What was typed before. */
  readonly login?: string;
  /** Why it did not work. */
  readonly error?: string;
  /** What is logged in to. */
  readonly client: string;
  readonly leadsTo: readonly string[];
}

/** The form for name and password; its ids are those of Dex. */
export function loginPage({ status, action, login = '', error, client, leadsTo }: LoginFacts): Page {
  const wrong = new Markup(error === undefined ? '' : ' aria-invalid="true" aria-describedby="login-error"');
  const focus = new Markup(' autofocus');
  const main = html`<h1>Log in to Your Account</h1>
    <p class="soft">To go on to ${client}.</p>
    <form method="post" action="${action}">
      <label for="login">Email Address</label>
      <input
        id="login"
        name="login"
        type="text"
        required
        maxlength="254"
        inputmode="email"
        autocomplete="username"
        autocapitalize="none"
        spellcheck="false"
        value="${login}"
        ${wrong}${login === '' ? focus : undefined}
      />
      <label for="password">Password</label>
      <input
        id="password"
        name="password"
        type="password"
        required
        maxlength="1024"
        autocomplete="current-password"
        ${wrong}${login === '' ? undefined : focus}
      />
      ${error === undefined ? undefined : html`<div id="login-error" class="bad" role="alert">${error}</div>`}
      <button id="submit-login" type="submit">Login</button>
    </form>`;
  return page({ status, title: 'Log in', main, leadsTo });
}
