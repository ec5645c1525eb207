using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Envoy.Extensions.AccessLoggers.Grpc.V3;
using Envoy.Extensions.AccessLoggers.OpenTelemetry.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Formatting;
using Weft.Proxy.Subscriptions;
using Weft.Proxy.Tracing;

namespace Weft.Proxy.AccessLog.Services;

/// <summary>Compiles the loggers http_grpc, tcp_grpc and open_telemetry.</summary>
internal static class ServiceLogCompiler
{
    /// <returns>Null when it is none of them.</returns>
    /// <exception cref="ResourceRejectedException">Settings that this proxy does not have.</exception>
    public static ServiceAccessLog? Compile(Any config, Func<IStreamInfo, bool>? filter)
    {
        if (config.Is(HttpGrpcAccessLogConfig.Descriptor))
        {
            var http = HttpGrpcAccessLogConfig.Parser.ParseFrom(config.Value);
            var additions = Additions(http.CommonConfig) with
            {
                RequestHeaders = Names(http.AdditionalRequestHeadersToLog),
                ResponseHeaders = Names(http.AdditionalResponseHeadersToLog),
                ResponseTrailers = Names(http.AdditionalResponseTrailersToLog),
            };
            return Log(http.CommonConfig, LogProtocol.EnvoyHttp, filter, stream => EnvoyLogEntries.Request(stream, additions));
        }

        if (config.Is(TcpGrpcAccessLogConfig.Descriptor))
        {
            var tcp = TcpGrpcAccessLogConfig.Parser.ParseFrom(config.Value);
            var additions = Additions(tcp.CommonConfig);
            return Log(tcp.CommonConfig, LogProtocol.EnvoyTcp, filter, stream => EnvoyLogEntries.Connection(stream, additions));
        }

        return config.Is(OpenTelemetryAccessLogConfig.Descriptor) ? Otlp(OpenTelemetryAccessLogConfig.Parser.ParseFrom(config.Value), filter) : null;
    }

    private static ServiceAccessLog Otlp(OpenTelemetryAccessLogConfig config, Func<IStreamInfo, bool>? filter)
    {
        var record = new OtlpLogRecord(config);
        var log = Log(config.CommonConfig, LogProtocol.Otlp, filter, record.Of);
        return log with { Destination = log.Destination with { Resource = OtlpLogRecord.Resource(config), TellsSender = !config.DisableBuiltinLabels } };
    }

    private static ServiceAccessLog Log(CommonGrpcAccessLogConfig? config, LogProtocol protocol, Func<IStreamInfo, bool>? filter, Func<IStreamInfo, IMessage> entry)
    {
        if (config?.GrpcService?.EnvoyGrpc is not { } grpc || config.LogName.Length == 0)
        {
            throw new ResourceRejectedException("an access log for a service needs common_config.log_name and common_config.grpc_service.envoy_grpc");
        }

        if (config.TransportApiVersion != ApiVersion.V3)
        {
            throw new ResourceRejectedException($"access log {config.LogName}: transport_api_version {config.TransportApiVersion} is not supported; V3 is");
        }

        return new ServiceAccessLog
        {
            Filter = filter,
            Entry = entry,
            Destination = new LogDestination
            {
                Protocol = protocol,
                Cluster = grpc.ClusterName,
                Authority = grpc.Authority.Length > 0 ? grpc.Authority : grpc.ClusterName,
                LogName = config.LogName,
                Metadata = string.Join('\n', config.GrpcService.InitialMetadata.Select(header => $"{header.Key}: {header.Value}")),
                BufferLength = (int)Math.Min(config.BufferSizeBytes ?? LogDestination.DefaultBufferLength, int.MaxValue),
                FlushInterval = config.BufferFlushInterval?.ToTimeSpan() is { Ticks: > 0 } interval ? interval : LogDestination.DefaultFlushInterval,
            },
        };
    }

    private static EnvoyLogAdditions Additions(CommonGrpcAccessLogConfig? config) =>
        config is null ? new EnvoyLogAdditions([], []) : new EnvoyLogAdditions([.. config.FilterStateObjectsToLog], TracingCompiler.Tags(config.CustomTags));

    private static ImmutableArray<string> Names(IEnumerable<string> names) => [.. names.Select(name => name.ToLowerInvariant())];
}
