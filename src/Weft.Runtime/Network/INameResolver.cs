using System.Net;

namespace Weft.Runtime.Network;

/// <summary>Resolves host names as a pod of one namespace sees them.</summary>
public interface INameResolver
{
    /// <summary>The addresses of a host name, in the order to try them; empty when the name is not known.</summary>
    Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken);
}
