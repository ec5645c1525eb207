namespace Weft.Console.Graph.Model;

/// <summary>Rates of one protocol over an edge or into a node, by class of response.</summary>
internal struct RateTally
{
    public double Total;
    public double NoResponse;
    public double Redirected;
    public double ClientError;
    public double ServerError;

    /// <summary>gRPC has one class of errors; it is counted here.</summary>
    public double GrpcError;

    public readonly double Errors => NoResponse + ClientError + ServerError + GrpcError;

    public void Add(Protocol protocol, double rate, string code)
    {
        Total += rate;
        switch (protocol)
        {
            case Protocol.Http:
                AddHttp(rate, code);
                break;
            case Protocol.Grpc:
                AddGrpc(rate, code);
                break;
        }
    }

    public void Add(in RateTally other)
    {
        Total += other.Total;
        NoResponse += other.NoResponse;
        Redirected += other.Redirected;
        ClientError += other.ClientError;
        ServerError += other.ServerError;
        GrpcError += other.GrpcError;
    }

    public void Subtract(in RateTally other)
    {
        Total = Floor(Total - other.Total);
        NoResponse = Floor(NoResponse - other.NoResponse);
        Redirected = Floor(Redirected - other.Redirected);
        ClientError = Floor(ClientError - other.ClientError);
        ServerError = Floor(ServerError - other.ServerError);
        GrpcError = Floor(GrpcError - other.GrpcError);
    }

    /// <summary>What is left of a difference below the resolution of the queries is a rounding error.</summary>
    public static double Floor(double rate) => rate < 0.0000001 ? 0 : rate;

    private void AddHttp(double rate, string code)
    {
        switch (code.Length == 0 ? '\0' : code[0])
        {
            case '-':
                NoResponse += rate;
                break;
            case '3':
                Redirected += rate;
                break;
            case '4':
                ClientError += rate;
                break;
            case '5':
                ServerError += rate;
                break;
        }
    }

    private void AddGrpc(double rate, string code)
    {
        if (code == "-")
        {
            NoResponse += rate;
        }
        else if (IsGrpcError(code))
        {
            GrpcError += rate;
        }
    }

    private static bool IsGrpcError(string code) => code.Length switch
    {
        0 => false,
        3 => code[0] is '4' or '5',
        _ => code != "0",
    };
}
