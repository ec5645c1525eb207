namespace Weft.EndToEnd;

/// <summary>Waits for what must come true by itself; the limit only keeps a broken product from hanging the tests.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Asks until the answer fits; the last answer is told when it never does.</summary>
    public static async Task<T> Async<T>(Func<Task<T>> ask, Func<T, bool> fits, CancellationToken cancellationToken)
    {
        var end = TimeProvider.System.GetTimestamp() + (long)(Limit.TotalSeconds * TimeProvider.System.TimestampFrequency);
        while (true)
        {
            var answer = await ask();
            if (fits(answer))
            {
                return answer;
            }

            if (TimeProvider.System.GetTimestamp() > end)
            {
                throw new TimeoutException($"not so within {Limit.TotalSeconds} s; last seen: {answer}");
            }

            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }
}
