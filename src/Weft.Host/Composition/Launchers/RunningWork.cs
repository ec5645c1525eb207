using Weft.Runtime.Containers;

namespace Weft.Host.Composition.Launchers;

/// <summary>A container that is a task in this process: it ends by itself or when its token is cancelled.</summary>
internal sealed class RunningWork : IRunningContainer
{
    private readonly CancellationTokenSource _stop = new();

    public RunningWork(Func<CancellationToken, Task<int>> work) =>
        Completion = Task.Run(() => EndAsync(work, _stop.Token), CancellationToken.None);

    public Task<int> Completion { get; }

    public async Task StopAsync(TimeSpan grace)
    {
        await _stop.CancelAsync();
        await Task.WhenAny(Completion, Task.Delay(grace, TimeProvider.System, CancellationToken.None));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.FromSeconds(2));
        if (Completion.IsCompleted)
        {
            _stop.Dispose();
        }
    }

    private static async Task<int> EndAsync(Func<CancellationToken, Task<int>> work, CancellationToken stop)
    {
        try
        {
            return await work(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
    }
}
