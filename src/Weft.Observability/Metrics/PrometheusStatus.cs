using System.Collections.Immutable;

namespace Weft.Observability.Metrics;

/// <summary>What a metric is, from the HELP, TYPE and UNIT lines of its exposition.</summary>
public sealed record MetricMetadata(string Type, string Help, string Unit);

/// <summary>Answer of <c>/api/v1/status/buildinfo</c>.</summary>
public sealed record PrometheusBuild(string Version, string Revision, string Branch, string BuildUser, string BuildDate, string GoVersion);

/// <summary>Answer of <c>/api/v1/status/config</c>: the whole configuration as YAML text.</summary>
public sealed record PrometheusConfiguration(string Yaml);

/// <summary>Answer of <c>/api/v1/status/flags</c>: command-line flags by name, for example <c>storage.tsdb.retention.time</c>.</summary>
public sealed record PrometheusFlags(ImmutableDictionary<string, string> Values);
