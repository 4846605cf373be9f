/** Random queries, answered by the engine and by others. */
package io.hmsops.query.differential;
