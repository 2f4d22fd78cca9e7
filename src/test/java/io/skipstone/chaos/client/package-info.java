/** Clients that ask a cluster for random things over REST and gRPC, and write down what they are told. */
package io.skipstone.chaos.client;
