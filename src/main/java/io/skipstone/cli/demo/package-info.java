/**
 * Starts a group of three nodes on this machine, to try what a group does.
 */
@NullMarked
package io.skipstone.cli.demo;

import org.jspecify.annotations.NullMarked;
