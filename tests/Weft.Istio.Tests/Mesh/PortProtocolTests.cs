namespace Weft.Istio.Mesh;

public sealed class PortProtocolTests
{
    [Theory]
    [InlineData("TCP", null, "http", 80, PortProtocol.Http)]
    [InlineData("TCP", null, "http-web", 80, PortProtocol.Http)]
    [InlineData("TCP", null, "grpc-web-x", 80, PortProtocol.GrpcWeb)]
    [InlineData("TCP", "kubernetes.io/h2c", "tcp", 80, PortProtocol.Http2)]
    [InlineData("TCP", "http", "tcp-x", 80, PortProtocol.Http)]
    [InlineData("TCP", null, "mysql", 3306, PortProtocol.MySql)]
    [InlineData("TCP", null, null, 3306, PortProtocol.Tcp)]
    [InlineData("TCP", null, "web", 80, PortProtocol.Unknown)]
    [InlineData("UDP", null, "http", 53, PortProtocol.Udp)]
    public void The_protocol_comes_from_transport_application_protocol_name_and_number(string transport, string? appProtocol, string? name, int port, PortProtocol expected) =>
        Assert.Equal(expected, PortProtocols.OfServicePort(transport, appProtocol, name, port));
}
