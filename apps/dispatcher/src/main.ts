import { readConfig } from './config.ts';
import { startDispatcher } from './wire.ts';

try {
  const dispatcher = await startDispatcher(readConfig(process.env));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void dispatcher.stop().then(() => process.exit(0));
    });
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
