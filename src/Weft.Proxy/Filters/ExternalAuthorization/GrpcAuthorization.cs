using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Envoy.Service.Auth.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Forwarding;
using Weft.Proxy.Listeners;
using Weft.Proxy.Routing;
using Weft.Proxy.Subscriptions;

namespace Weft.Proxy.Filters.ExternalAuthorization;

/// <summary>An authorization service that speaks envoy.service.auth.v3.Authorization, for requests and for TCP connections.</summary>
internal sealed class GrpcAuthorization
{
    private const string Method = "/envoy.service.auth.v3.Authorization/Check";

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMilliseconds(200);

    private readonly ClusterRequest _request;

    /// <exception cref="ResourceRejectedException">No envoy_grpc service.</exception>
    public GrpcAuthorization(GrpcService config)
    {
        if (config.EnvoyGrpc is not { } grpc)
        {
            throw new ResourceRejectedException("ext_authz needs grpc_service.envoy_grpc or http_service");
        }

        _request = new ClusterRequest
        {
            Cluster = grpc.ClusterName,
            Method = "POST",
            Authority = grpc.Authority.Length > 0 ? grpc.Authority : grpc.ClusterName,
            Path = Method,
            Headers = [new("content-type", "application/grpc"), new("te", "trailers"), .. config.InitialMetadata.Select(header => new KeyValuePair<string, string>(header.Key, header.Value))],
            IsGrpc = true,
            Timeout = config.Timeout?.ToTimeSpan() ?? DefaultTimeout,
        };
    }

    /// <exception cref="OperationCanceledException">The client went away.</exception>
    public async Task<AuthorizationVerdict> CheckAsync(ProxyContext proxy, AttributeContext attributes, CancellationToken cancellationToken)
    {
        try
        {
            var message = GrpcMessage.Frame(new CheckRequest { Attributes = attributes }.ToByteArray());
            var answer = await proxy.Client.SendAsync(_request with { Body = message }, cancellationToken);
            return answer.Status == 200 && answer.Find("grpc-status") == "0" && GrpcMessage.TryRead(answer.Body, out var body)
                ? Verdict(CheckResponse.Parser.ParseFrom(body))
                : AuthorizationVerdict.Failure;
        }
        catch (Exception error) when (error is ClusterRequestException or InvalidProtocolBufferException)
        {
            return AuthorizationVerdict.Failure;
        }
    }

    /// <summary>Both ends of a connection, as attributes.</summary>
    public static AttributeContext Attributes(DownstreamConnection connection, DateTimeOffset now) => new()
    {
        Source = new AttributeContext.Types.Peer { Address = Address(connection.RemoteAddress), Principal = connection.Tls?.PeerUri ?? "" },
        Destination = new AttributeContext.Types.Peer { Address = Address(connection.OriginalDestination), Principal = connection.Tls?.LocalUri ?? "" },
        Request = new AttributeContext.Types.Request { Time = Timestamp.FromDateTimeOffset(now) },
    };

    private static AuthorizationVerdict Verdict(CheckResponse response)
    {
        var isOk = response.Status is null || response.Status.Code == 0;
        var denied = response.DeniedResponse;
        var ok = response.OkResponse;
        return new AuthorizationVerdict
        {
            Result = isOk ? AuthorizationResult.Allowed : AuthorizationResult.Denied,
            Status = denied?.Status is { } status && (int)status.Code >= 200 ? (int)status.Code : 403,
            Body = denied?.Body ?? "",
            ClientHeaders = Headers(denied?.Headers, overwritesByDefault: false),
            UpstreamHeaders = Headers(ok?.Headers, overwritesByDefault: true),
            RemovedHeaders = [.. ok?.HeadersToRemove ?? []],
            ResponseHeaders = Headers(ok?.ResponseHeadersToAdd, overwritesByDefault: false),
            QuerySet = [.. ok?.QueryParametersToSet.Select(parameter => new KeyValuePair<string, string>(parameter.Key, parameter.Value)) ?? []],
            QueryRemoved = [.. ok?.QueryParametersToRemove ?? []],
            Metadata = response.DynamicMetadata,
        };
    }

    // For requests, a header without the deprecated append replaces what is there.
    private static ImmutableArray<AddedHeader> Headers(IEnumerable<HeaderValueOption>? options, bool overwritesByDefault)
    {
#pragma warning disable CS0612 // the deprecated append decides here
        return options is null ? [] :
        [
            .. options.Where(option => option.Header is not null).Select(option => new AddedHeader(
                option.Header.Key,
                option.Header.Value.Length > 0 ? option.Header.Value : option.Header.RawValue.ToStringUtf8(),
                overwritesByDefault && option.Append is null && option.AppendAction == 0 ? HeaderValueOption.Types.HeaderAppendAction.OverwriteIfExistsOrAdd : HeaderAddition.ActionOf(option))),
        ];
#pragma warning restore CS0612
    }

    private static Address Address(System.Net.IPEndPoint endpoint) =>
        new() { SocketAddress = new SocketAddress { Address = endpoint.Address.ToString(), PortValue = (uint)endpoint.Port } };
}
