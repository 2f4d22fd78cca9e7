/**
 * Brings a whole store from one member to another that the log cannot bring up to date any more.
 * <p>One side sends an artifact in chunks, the other takes it in and goes on where a connection broke. What Ratis has to do with it is not known here.
 */
@NullMarked
package io.skipstone.consensus.install;

import org.jspecify.annotations.NullMarked;
