namespace Weft.Observability.Metrics.PromQL;

/// <summary>The samples of one series that a range function sees at one step; at least one, none stale.</summary>
internal readonly ref struct RangeWindow
{
    public required ReadOnlySpan<long> Times { get; init; }

    public required ReadOnlySpan<double> Values { get; init; }

    public required long Start { get; init; }

    public required long End { get; init; }

    /// <summary>The time of the step, which differs from <see cref="End"/> by offset and @.</summary>
    public required long EvaluationTime { get; init; }

    /// <summary>The function's scalar arguments at this step, in order.</summary>
    public required ReadOnlySpan<double> Arguments { get; init; }

    public required PromQLDialect Dialect { get; init; }

    public int Count => Times.Length;

    public double Seconds => (End - Start) / 1000d;
}

/// <summary>Computes one value from a window; <see cref="GoMath.Stale"/> for none.</summary>
internal delegate double RangeComputation(in RangeWindow window);
