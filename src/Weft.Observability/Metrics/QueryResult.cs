using System.Collections.Immutable;

namespace Weft.Observability.Metrics;

/// <summary>A value at a time in Unix milliseconds, Prometheus' own resolution.</summary>
public readonly record struct SamplePoint(long Timestamp, double Value);

/// <summary>One series of an instant vector.</summary>
public readonly record struct VectorSample(LabelSet Labels, long Timestamp, double Value);

/// <summary>One series of a range result, points in order of time.</summary>
public readonly record struct MatrixSeries(LabelSet Labels, ImmutableArray<SamplePoint> Points);

/// <summary>What a query gives: exactly one of <see cref="VectorResult"/>, <see cref="MatrixResult"/>, <see cref="ScalarResult"/>, <see cref="StringResult"/>.</summary>
public abstract record QueryResult
{
    private protected QueryResult()
    {
    }

    /// <summary>What the store wants the caller to know although it has answered.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>The name of the type in the HTTP API and in error messages.</summary>
    public abstract string TypeName { get; }
}

public sealed record VectorResult(ImmutableArray<VectorSample> Samples) : QueryResult
{
    public override string TypeName => "vector";
}

public sealed record MatrixResult(ImmutableArray<MatrixSeries> Series) : QueryResult
{
    public override string TypeName => "matrix";
}

public sealed record ScalarResult(long Timestamp, double Value) : QueryResult
{
    public override string TypeName => "scalar";
}

public sealed record StringResult(long Timestamp, string Value) : QueryResult
{
    public override string TypeName => "string";
}
