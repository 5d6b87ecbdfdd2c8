import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';

/** A service and what answers it. */
export interface ServedService {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
}
