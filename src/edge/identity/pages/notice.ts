import { html } from './markup.ts';
import { page, type Page } from './page.ts';

export interface NoticeFacts {
  readonly status: number;
  readonly title: string;
  /** One or more sentences. */
  readonly text: string;
  /** Where to go from here. */
  readonly next?: { readonly label: string; readonly href: string };
}

/** Says one thing: what went wrong, or that something has been done. */
export function noticePage({ status, title, text, next }: NoticeFacts): Page {
  const main = html`<h1>${title}</h1>
    <p>${text}</p>
    ${next === undefined ? undefined : html`<p><a href="${next.href}">${next.label}</a></p>`}`;
  return page({ status, title, main });
}
