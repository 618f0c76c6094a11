import { type Field, prepareHead, type Sink } from '../../../base/net/index.ts';
import { html, Markup } from './markup.ts';
import { style, styleDigest } from './style.ts';

/** An answer for a browser. */
export interface Page {
  readonly status: number;
  readonly fields: readonly Field[];
  readonly body: Uint8Array;
}

export interface PageFacts {
  readonly status?: number;
  /** What the tab is called. */
  readonly title: string;
  readonly main: Markup;
  /** For pages with commands and lists. */
  readonly wide?: boolean;
  /** Below the card. */
  readonly foot?: Markup;
  /** Origins that an answer to a form of the page may lead to, besides its own. */
  readonly leadsTo?: readonly string[];
}

/** A davit: the arm on a ship that lets its boats down. */
const mark = html`<svg
  viewBox="0 0 32 32"
  fill="none"
  stroke="currentColor"
  stroke-width="2.6"
  stroke-linecap="round"
  stroke-linejoin="round"
  aria-hidden="true"
>
  <path d="M7 26V13a8 8 0 0 1 8-8h2a6 6 0 0 1 6 6v4" />
  <path d="M16 20h14l-2.4 5.2a3 3 0 0 1-2.7 1.8h-3.8a3 3 0 0 1-2.7-1.8z" fill="currentColor" stroke="none" />
  <path d="M23 15l-4.5 5M23 15l4.5 5" stroke-width="1.8" />
  <path d="M3.5 27h8" />
</svg>`;

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32' fill='none' stroke='%230a82b0' stroke-width='2.8' stroke-linecap='round'%3E%3Cpath d='M7 26V13a8 8 0 0 1 8-8h2a6 6 0 0 1 6 6v4M3.5 27h8'/%3E%3Cpath d='M16 20h14l-2.4 5.2a3 3 0 0 1-2.7 1.8h-3.8a3 3 0 0 1-2.7-1.8z' fill='%230a82b0' stroke='none'/%3E%3C/svg%3E";

/** Makes a page: nothing is loaded from elsewhere, no script runs, and no other page may show it in a frame. */
export function page(facts: PageFacts): Page {
  const { status = 200, title, main, wide = false, foot } = facts;
  const text = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} &middot; Davit</title>
<link rel="icon" href="${icon}">
<style>${new Markup(style)}</style>
</head>
<body>
<header>${mark}<span>Davit</span></header>
<main${new Markup(wide ? ' class="wide"' : '')}>
${main}
</main>${foot === undefined ? undefined : html` <footer>${foot}</footer>`}
</body>
</html>
`;
  return { status, fields: fieldsOf(facts.leadsTo ?? []), body: Buffer.from(text.text) };
}

function fieldsOf(leadsTo: readonly string[]): Field[] {
  const policy = [
    "default-src 'none'",
    `style-src ${styleDigest}`,
    'img-src data:',
    ["form-action 'self'", ...leadsTo].join(' '),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return [
    ['Content-Type', 'text/html; charset=utf-8'],
    ['Content-Security-Policy', policy],
    ['X-Frame-Options', 'DENY'],
    ['X-Content-Type-Options', 'nosniff'],
    // A page may be told where its own form was; others learn nothing of what stands in the address of a login.
    ['Referrer-Policy', 'same-origin'],
    ['Cache-Control', 'no-store'],
  ];
}

export function sendPage(sink: Sink, { status, fields, body }: Page, more: readonly Field[] = []): void {
  sink.send(prepareHead(status, [...fields, ...more]), body);
}
