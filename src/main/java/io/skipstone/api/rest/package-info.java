/**
 * The REST door: raw bytes in paths and bodies, strict JSON, problem details.
 * <p>{@code RestDoor} is where a request comes in.
 */
@NullMarked
package io.skipstone.api.rest;

import org.jspecify.annotations.NullMarked;
