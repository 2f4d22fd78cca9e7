/**
 * Holds the manifests under {@code k8s/} to the schemas of Kubernetes, to the settings and ports of the server, and to what a
 * kubelet would do with them.
 */
package io.skipstone.k8s;
