/** What can be said of the native image without building one: see {@code native-build/README.md}. */
package io.skipstone.nativeimage;
