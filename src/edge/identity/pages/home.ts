import { html, type Markup } from './markup.ts';
import { page, type Page } from './page.ts';

/** Something to copy into a terminal. */
export interface Command {
  readonly title: string;
  readonly text: string;
}

/** A model that somebody may call. */
export interface Offered {
  readonly namespace: string;
  readonly name: string;
  readonly url: string;
  readonly ready: boolean;
}

/** A form that changes something: where it goes, and what shows that this page sent it. */
export interface GuardedForm {
  readonly action: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Origins that its answer may lead to, besides this one. */
  readonly leadsTo?: readonly string[];
}

export interface HomeFacts {
  readonly user: string;
  readonly groups: readonly string[];
  /** When the session ends, used or not, milliseconds since 1970. */
  readonly ends: number;
  readonly logout: GuardedForm;
  readonly commands: readonly Command[];
  readonly models: readonly Offered[];
}

/** What stands at `/` after a login: who somebody is, what he may call and how, and the way out. */
export function homePage({ user, groups, ends, logout, commands, models }: HomeFacts): Page {
  const when = `${new Date(ends).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const main = html`<div class="who">
      <div>
        <h1>${user}</h1>
        <p class="soft">
          You are logged in until
          <time datetime="${new Date(ends).toISOString()}">${when}</time> at the
          latest.${groups.length === 0 ? undefined : html` Groups: ${groups.join(', ')}.`}
        </p>
      </div>
      ${logoutForm(logout, 'plain')}
    </div>
    <h2>Models</h2>
    ${
      models.length === 0
        ? html`<p class="soft">
            There are none yet that you may see. One that is served stands here with its address.
          </p>`
        : html`<ul class="models">
            ${models.map(offered)}
          </ul>`
    }
    <h2>In a terminal</h2>
    ${commands.map(
      ({ title, text }) =>
        html`<p class="soft">${title}</p>
          <pre tabindex="0" aria-label="${title}">${text}</pre>`,
    )}
    <p class="soft">
      <code>davit --help</code> names every command, and <code>davit COMMAND --help</code> what it takes.
      <code>davit auth why predict MODEL</code>
      tells by which rule somebody may call a model, or may not.
    </p>`;
  return page({ title: 'Home', main, wide: true, leadsTo: logout.leadsTo ?? [] });
}

function offered({ namespace, name, url, ready }: Offered): Markup {
  const state = ready ? '' : ' · not ready yet';
  return html`<li>
    <div><strong>${name}</strong> <span class="soft">in ${namespace}${state}</span></div>
    <code>${url}</code>
  </li>`;
}

/** Asks whether somebody wants to log out: following a link alone does not do it. */
export function logoutPage(user: string, logout: GuardedForm): Page {
  const main = html`<h1>Log out?</h1>
    <p>You are logged in as <strong>${user}</strong>.</p>
    <div class="choices">${logoutForm(logout, '')}</div>
    <p class="soft"><a href="/">Stay logged in</a></p>`;
  return page({ title: 'Log out', main, leadsTo: logout.leadsTo ?? [] });
}

function logoutForm({ action, fields }: GuardedForm, kind: string): Markup {
  const hidden = fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`);
  return html`<form method="post" action="${action}">
    ${hidden}<button type="submit" class="${kind}">Log out</button>
  </form>`;
}
