namespace Weft.Proxy.Forwarding;

/// <summary>An upstream's bytes are no HTTP, or could be read in more than one way. The connection that brought them is not used again.</summary>
internal sealed class UpstreamProtocolException(string reason) : IOException(reason);
