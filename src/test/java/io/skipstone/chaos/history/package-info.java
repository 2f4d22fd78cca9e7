/** What clients of a cluster asked, when, and what they were told; written down so that it can be judged afterwards. */
package io.skipstone.chaos.history;
