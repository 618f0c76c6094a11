import { commands, renderHelp } from '../../src/cli/index.ts';

/** docs/reference/commands.md: what `--help` prints, for every command. */
export function renderCommands(): string {
  const sections = commands.map(
    command => `## davit ${command.name}\n\n${command.summary}\n\n\`\`\`text\n${renderHelp(command)}\`\`\`\n`,
  );
  return `# Commands and settings

<!-- Generated from src/cli/commands by \`npm run docs\`; a test fails when the two differ. -->

A flag wins over its environment variable, and that over the default. \`--http_port\` and \`--http-port\` are the same flag, for
every flag. Exit status: 0 done, 1 the command failed, 2 the command line was wrong. Answers go to standard output, errors and
the log to standard error.

${sections.join('\n')}`;
}
