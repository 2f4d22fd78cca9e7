/**
 * An agent that writes down what is looked up by name in a JVM: it is packed into a jar of its own and seen by every class loader, so it
 * uses nothing but the JDK.
 */
package io.skipstone.nativeimage.agent;
