/**
 * What the native image must not take from the Netty inside Ratis, for it leads to libraries that are not there.
 * <p>The builder links all that it reaches. Each class here replaces a method of that Netty which is never called with the libraries we
 * have, or asks for them; on the JVM none of these classes is loaded. {@code native-build/README.md} has the whole picture.
 */
@NullMarked
package io.skipstone.consensus.nativeimage;

import org.jspecify.annotations.NullMarked;
