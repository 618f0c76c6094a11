import { CodedError } from '../../base/errors/index.ts';
import type { Head, Sink } from '../../base/net/index.ts';
import type { Exchange } from '../dataplane/index.ts';
import type { ReadyModel } from '../repository/index.ts';
import { okJson } from './answers.ts';
import type { Action, Serving } from './contract.ts';
import { protocolErrors } from './errors.ts';

const durationBounds = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** The action that asks a model through an exchange; made once per model and route, so that a request finds all at hand. */
export function askAction(serving: Serving, exchange: Exchange, model: ReadyModel): Action {
  const record = recorder(serving, exchange, model);
  const { dataPlane } = serving;
  return (head, body, sink) => {
    const started = performance.now();
    // Asked before the body may go to another thread.
    const bytes = body.byteLength;
    try {
      const answer = dataPlane.answer(exchange, model, body, sink);
      if (answer instanceof Promise) return later(answer, started, head, bytes, sink, record);
      sink.send(okJson, answer);
    } catch (thrown) {
      record.failure(thrown);
      throw explain(thrown, head, bytes);
    }
    record.success(started);
    return undefined;
  };
}

async function later(
  answer: Promise<string | Uint8Array>,
  started: number,
  head: Head,
  bytes: number,
  sink: Sink,
  record: Recorder,
): Promise<void> {
  try {
    sink.send(okJson, await answer);
  } catch (thrown) {
    record.failure(thrown);
    throw explain(thrown, head, bytes);
  }
  record.success(started);
}

interface Recorder {
  success(started: number): void;
  failure(thrown: unknown): void;
}

function recorder({ metrics }: Serving, exchange: Exchange, model: ReadyModel): Recorder {
  const labels = { model: model.name, protocol: exchange.name };
  const count = (outcome: string) =>
    metrics.counter(
      'davit_inference_requests_total',
      'Inference requests by outcome: user_error is a fault of the request or a client that went, server_error one of the server.',
      { ...labels, outcome },
    );
  const [succeeded, refused, failed] = [count('success'), count('user_error'), count('server_error')];
  const duration = metrics.histogram(
    'davit_inference_duration_seconds',
    'Time from a complete request to its answer, successes only.',
    durationBounds,
    labels,
  );
  return {
    success: started => {
      succeeded.add();
      duration.observe((performance.now() - started) / 1000);
    },
    failure: thrown => (thrown instanceof CodedError && thrown.fault === 'user' ? refused : failed).add(),
  };
}

/** A body that is JSON followed by tensor bytes fails as JSON; its header tells what it really is. */
function explain(thrown: unknown, head: Head, bytes: number): unknown {
  if (!(thrown instanceof CodedError) || thrown.fault !== 'user') return thrown;
  const length = head.header('inference-header-content-length');
  if (length === undefined || Number(length) === bytes) return thrown;
  return protocolErrors.make['binary-not-served'](
    `the header Inference-Header-Content-Length says that ${length} of ${bytes} bytes are JSON and tensor data follow; only JSON bodies are served so far`,
    { cause: thrown },
  );
}
