import { spawn } from 'node:child_process';

/** The program that opens addresses on this machine; undefined where there is no screen. */
export function browserOf(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const chosen = env['BROWSER'] ?? '';
  if (chosen !== '') return chosen;
  if (platform === 'darwin') return 'open';
  const hasScreen = (env['DISPLAY'] ?? '') !== '' || (env['WAYLAND_DISPLAY'] ?? '') !== '';
  return hasScreen ? 'xdg-open' : undefined;
}

/** Opens an address, as far as that can be done; whoever is to log in has seen the address as well. */
export function openBrowser(program: string, address: string): void {
  const child = spawn(program, [address], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
