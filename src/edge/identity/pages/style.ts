import { createHash } from 'node:crypto';

/** The look of every page. It holds no data, so that its digest can stand in the policy of the pages. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #eef2f5; --card: #ffffff; --ink: #14212b; --soft: #52626f; --line: #c3ced6; --edge: #76858f;
  --accent: #0a5d80; --accent-over: #084b67; --on-accent: #ffffff; --code: #f3f6f8;
  --bad: #a3201d; --bad-back: #fdf0ef; --ring: #0a5d80;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0d151b; --card: #16212a; --ink: #e8eef2; --soft: #a5b4bf; --line: #33434f; --edge: #7f919d;
    --accent: #62bfe6; --accent-over: #8ad0ef; --on-accent: #06202d; --code: #0f1920;
    --bad: #ff9d96; --bad-back: #3a1a1a; --ring: #62bfe6;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center;
  padding: clamp(1rem, 7vh, 5rem) 1rem 2rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  -webkit-text-size-adjust: 100%;
}
header { display: flex; align-items: center; gap: .6rem; margin-bottom: 1.25rem; font-weight: 650; font-size: 1.25rem; letter-spacing: .01em; }
header svg { width: 2rem; height: 2rem; color: var(--accent); flex: none; }
main {
  width: 100%; max-width: 25rem; padding: clamp(1.25rem, 5vw, 2rem); background: var(--card);
  border: 1px solid var(--line); border-radius: .9rem; box-shadow: 0 1px 2px rgb(0 0 0 / .06), 0 8px 28px rgb(0 0 0 / .06);
}
main.wide { max-width: 46rem; }
h1 { margin: 0 0 .35rem; font-size: 1.4rem; line-height: 1.25; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { margin: 2rem 0 .5rem; font-size: 1.05rem; line-height: 1.3; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
p:last-child { margin-bottom: 0; }
.soft { color: var(--soft); }
label { display: block; margin: 1.1rem 0 .3rem; font-weight: 550; }
input {
  width: 100%; min-height: 2.9rem; padding: .5rem .75rem; font: inherit; color: inherit; background: var(--card);
  border: 1px solid var(--edge); border-radius: .5rem;
}
input[aria-invalid] { border-color: var(--bad); }
button {
  width: 100%; min-height: 2.9rem; padding: .5rem 1.1rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 1px solid transparent; border-radius: .5rem;
}
button:hover { background: var(--accent-over); }
button.plain { color: var(--ink); background: transparent; border-color: var(--edge); }
button.plain:hover { background: var(--code); }
form > button { margin-top: 1.5rem; }
.choices { display: grid; gap: .75rem; margin-top: 1.5rem; }
.choices form > button { margin-top: 0; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--ring); outline-offset: 2px; border-radius: .5rem; }
.bad {
  margin: 1rem 0 0; padding: .65rem .8rem; color: var(--bad); background: var(--bad-back);
  border: 1px solid currentcolor; border-radius: .5rem; overflow-wrap: anywhere;
}
p:has(+ pre) { margin-bottom: .25rem; }
.choices + p { margin-top: 1rem; }
ul { margin: .5rem 0 0; padding-left: 1.2rem; }
li { margin: .25rem 0; overflow-wrap: anywhere; }
.models { padding: 0; list-style: none; }
.models li { display: grid; gap: .1rem; margin: 0; padding: .6rem 0; border-top: 1px solid var(--line); }
.models li:last-child { border-bottom: 1px solid var(--line); }
.who { display: flex; flex-wrap: wrap; align-items: flex-start; justify-content: space-between; gap: 1rem; }
.who > div { flex: 1 1 15rem; min-width: 0; }
.who button { width: auto; margin: 0; }
pre {
  margin: .4rem 0 1rem; padding: .8rem .9rem; background: var(--code); border: 1px solid var(--line); border-radius: .5rem;
  font: .875rem/1.55 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
  white-space: pre; overflow-x: auto; user-select: all; -webkit-user-select: all;
}
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: .9em; }
p code { white-space: nowrap; }
footer { margin-top: 1.25rem; color: var(--soft); font-size: .875rem; text-align: center; overflow-wrap: anywhere; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 40rem) { pre { white-space: pre-wrap; overflow-wrap: anywhere; } }
@media (forced-colors: active) { button { border-color: ButtonText; } }
`;

/** As a Content-Security-Policy names it. */
export const styleDigest = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
