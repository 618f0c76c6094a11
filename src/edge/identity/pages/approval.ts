import { html, type Markup } from './markup.ts';
import { page, type Page } from './page.ts';

export interface ApprovalFacts {
  /** Where the forms go: path and query. */
  readonly action: string;
  readonly client: string;
  readonly user: string;
  readonly scopes: readonly string[];
  readonly leadsTo: readonly string[];
}

const meanings: Readonly<Record<string, string>> = {
  email: 'Know your e-mail address',
  profile: 'Know your name',
  groups: 'Know which groups you are in',
  offline_access: 'Stay logged in for you while you are away',
};

/** Asks whether a client may know who somebody is. */
export function approvalPage({ action, client, user, scopes, leadsTo }: ApprovalFacts): Page {
  const wanted = scopes.flatMap(scope => meanings[scope] ?? []);
  const main = html`<h1>Grant Access</h1>
    <p>${client} wants to know who you are. You are logged in as <strong>${user}</strong>.</p>
    ${
      wanted.length === 0
        ? undefined
        : html`<p>It would be able to:</p>
            <ul>
              ${wanted.map(one => html`<li>${one}</li>`)}
            </ul>`
    }
    <div class="choices">
      ${choice(action, 'approve', 'Grant Access', '')} ${choice(action, 'rejected', 'Cancel', 'plain')}
    </div>`;
  return page({ title: 'Grant access', main, leadsTo });
}

function choice(action: string, approval: string, label: string, kind: string): Markup {
  return html`<form method="post" action="${action}">
    <input type="hidden" name="approval" value="${approval}" /><button type="submit" class="${kind}">
      ${label}
    </button>
  </form>`;
}
