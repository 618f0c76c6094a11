/** A headless Chromium from the suite’s own packages, and as much of playwright’s interface as the checks use. */
import { createRequire } from 'node:module';
import { join } from 'node:path';

export interface Page {
  goto(url: string): Promise<unknown>;
  goBack(): Promise<unknown>;
  fill(selector: string, text: string): Promise<void>;
  click(selector: string): Promise<void>;
  url(): string;
  waitForURL(url: RegExp): Promise<void>;
  waitForSelector(selector: string): Promise<unknown>;
  textContent(selector: string): Promise<string | null>;
  inputValue(selector: string): Promise<string>;
  screenshot(options: { readonly path: string; readonly fullPage: boolean }): Promise<unknown>;
  evaluate(script: string): Promise<unknown>;
  on(event: 'console', listener: (message: { text(): string; type(): string }) => void): void;
  on(event: 'request', listener: (request: { url(): string }) => void): void;
  readonly keyboard: { press(key: string): Promise<void>; type(text: string): Promise<void> };
}

export interface Context {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

export interface ContextOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
  readonly javaScriptEnabled?: boolean;
}

export interface Browser {
  newContext(options?: ContextOptions): Promise<Context>;
  version(): string;
  close(): Promise<void>;
}

const packages = process.env['BROWSER_PACKAGES'] ?? '';
const require = createRequire(join(packages, 'package.json'));

export async function launch(): Promise<Browser> {
  const bundled = require('@sparticuz/chromium') as { default: { executablePath(): Promise<string> } };
  const { chromium } = require('playwright-core') as {
    chromium: { launch(options: object): Promise<Browser> };
  };
  const executablePath = await bundled.default.executablePath();
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
}

/** The source of axe, which looks for what keeps people from using a page. */
export function axeSource(): string {
  return (require('axe-core') as { source: string }).source;
}
