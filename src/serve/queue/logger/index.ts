export type { EventSource } from './events.ts';
export { fileSink, type Rotation } from './file.ts';
export { Line, type EventSink, type LineOptions } from './line.ts';
export { withLogger, type Logger, type LoggerOptions } from './logger.ts';
