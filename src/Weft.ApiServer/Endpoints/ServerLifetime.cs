using Weft.ApiServer.Discovery;

namespace Weft.ApiServer.Endpoints;

/// <summary>What long requests need to know about the server: when it stops, and what it serves.</summary>
internal sealed record ServerLifetime(RegistrySource Registry, CancellationToken Stopping);
