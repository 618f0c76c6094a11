/**
 * What `davit` starts where it is installed. A command that people or pods wait for has a program of its own, which is one file with
 * its compiled code kept beside; all others are in one program of many files.
 */
import { join } from 'node:path';
import { KeptCode, runKept } from './code.ts';

/** Written by the build: the file of each command that has one. */
declare const DAVIT_PROGRAMS: Readonly<Record<string, string>>;

const name = process.argv[2] ?? '';
const file = Object.hasOwn(DAVIT_PROGRAMS, name) ? DAVIT_PROGRAMS[name] : undefined;
if (file === undefined) void import('../main.ts');
else runKept(join(import.meta.dirname, file), new KeptCode(file, process.env));
