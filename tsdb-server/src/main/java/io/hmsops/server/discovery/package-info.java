/** Where targets come from: files that list them, watched for changes. */
package io.hmsops.server.discovery;
