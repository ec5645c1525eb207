using Weft.Runtime.Containers;

namespace Weft.Runtime.RecordedCommands;

/// <summary>Every image runs and does nothing, as on the fake nodes of the recording: what a Job started is done at once, anything else runs until it is stopped.</summary>
internal sealed class AnyImageLauncher : IContainerLauncher
{
    public IEnumerable<string> KnownImages => ["*"];

    public bool CanLaunch(string image) => true;

    public ValueTask<IRunningContainer> StartAsync(ContainerContext context, CancellationToken cancellationToken) =>
        new(new Idle(endsAtOnce: context.Pod.Metadata.OwnerReferences.Any(owner => owner.Kind == "Job")));

    private sealed class Idle : IRunningContainer
    {
        private readonly TaskCompletionSource<int> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Idle(bool endsAtOnce)
        {
            if (endsAtOnce)
                _completion.SetResult(0);
        }

        public Task<int> Completion => _completion.Task;

        public Task StopAsync(TimeSpan grace)
        {
            _completion.TrySetResult(143);
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
