using Weft.Runtime.Containers;

namespace Weft.Host.Composition.Launchers;

/// <summary>A container that is a service of this process: it runs until it is stopped.</summary>
internal sealed class RunningService(IAsyncDisposable service) : IRunningContainer
{
    private readonly TaskCompletionSource<int> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lazy<Task> _end = new(() => service.DisposeAsync().AsTask());

    public Task<int> Completion => _completion.Task;

    public async Task StopAsync(TimeSpan grace)
    {
        await _end.Value;
        _completion.TrySetResult(0);
    }

    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero);
}
