using Microsoft.Extensions.Hosting;

namespace Weft.Host.Composition;

/// <summary>The process's signals belong to the command line.</summary>
internal sealed class OwnedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
