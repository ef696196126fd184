/*
 * What `kubectl get` lists of objects, which is other than what decides a packet's way. Lists are in the order of the API server: by
 * namespace, then by name.
 */

interface Listed {
  readonly name: string;
  /** Seconds since 1970. */
  readonly createdAt: number;
}

export interface ListedNode extends Listed {
  /** Of its labels `node-role.kubernetes.io/…`, in alphabetical order. */
  readonly roles: readonly string[];
  readonly isReady: boolean;
  readonly kubeletVersion: string;
  readonly internalIp: string | undefined;
  readonly externalIp: string | undefined;
  readonly osImage: string;
  readonly kernelVersion: string;
  readonly containerRuntime: string;
}

export interface ListedService extends Listed {
  readonly namespace: string;
  readonly type: string;
  /** An address, or `None` of a headless one. */
  readonly clusterIp: string;
  readonly externalIps: readonly string[];
  readonly ports: readonly ListedPort[];
}

interface ListedPort {
  readonly port: number;
  readonly nodePort: number | undefined;
  readonly protocol: string;
}

export interface ListedPod extends Listed {
  readonly namespace: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly nodeName: string | undefined;
  /** Of one in its node's network the address of the node. */
  readonly ip: string | undefined;
  /** `Running`, `Pending` … */
  readonly phase: string;
  readonly containers: readonly { readonly isReady: boolean; readonly restarts: number }[];
}

/** The objects of a cluster as they are listed; those of the future are among them, for whoever has a clock. */
export interface Listing {
  readonly nodes: readonly ListedNode[];
  readonly services: readonly ListedService[];
  readonly pods: readonly ListedPod[];
}
