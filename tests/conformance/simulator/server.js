// Serves the conformance API of ../template.json by Amplify's AppSync simulator, its functions by one Python process.
//
// How to compare with it: docs/appsync-fidelity.md, "Against other implementations".

const { spawn } = require('node:child_process');
const { readFileSync } = require('node:fs');
const path = require('node:path');
const { createInterface } = require('node:readline');
const { AmplifyAppSyncSimulator } = require('@aws-amplify/amplify-appsync-simulator');

const PORT = 8910;
const SUITE = path.dirname(__dirname);
const { Resources } = JSON.parse(readFileSync(path.join(SUITE, 'template.json'), 'utf8'));
const of = (type) => Object.values(Resources).filter((one) => one.Type === type).map((one) => one.Properties);

// A direct Lambda resolver has no templates; these are what AWS documents as its default ones.
const CONTEXT = `{"arguments": $util.toJson($context.arguments), "identity": $util.toJson($context.identity),
  "source": $util.toJson($context.source), "request": $util.toJson($context.request), "prev": null,
  "info": {"fieldName": "$context.info.fieldName", "parentTypeName": "$context.info.parentTypeName",
    "variables": $util.toJson($context.info.variables),
    "selectionSetList": $util.toJson($context.info.selectionSetList),
    "selectionSetGraphQL": $util.toJson($context.info.selectionSetGraphQL)},
  "stash": {}}`;
const request = (operation) => `{"version": "2018-05-29", "operation": "${operation}", "payload": ${CONTEXT}}`;
const SINGLE = '#if($ctx.error) $util.error($ctx.error.message, $ctx.error.type, $ctx.result) #end $util.toJson($ctx.result)';
const BATCH = `#if($ctx.error) $util.error($ctx.error.message, $ctx.error.type) #end
#if(!$util.isNull($ctx.result.errorMessage))
  $util.error($ctx.result.errorMessage, $ctx.result.errorType, $ctx.result.data)
#end
$util.toJson($ctx.result.data)`;

const LOOP = `
import json, sys
sys.path.insert(0, ${JSON.stringify(SUITE)})
import index
for line in sys.stdin:
    try:
        answer = {"result": index.handler(json.loads(line), None)}
    except Exception as fault:
        answer = {"errorType": type(fault).__name__, "errorMessage": str(fault)}
    print(json.dumps(answer), flush=True)
`;

class Functions {
  constructor() {
    this.waiting = [];
    this.begin();
  }

  begin() {
    this.process = spawn('python3', ['-c', LOOP], { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.process.stdout }).on('line', (line) => this.waiting.shift()(JSON.parse(line)));
    this.process.on('exit', () => {
      const lost = this.waiting.splice(0);
      this.begin();
      lost.forEach((answer) => answer({ errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited' }));
    });
  }

  async invoke(event) {
    const answer = await new Promise((done) => {
      this.waiting.push(done);
      this.process.stdin.write(`${JSON.stringify(event)}\n`);
    });
    if (answer.errorType) throw Object.assign(new Error(answer.errorMessage), { type: answer.errorType });
    return answer.result;
  }
}

async function main() {
  const functions = new Functions();
  const [graph] = of('AWS::AppSync::GraphQLApi');
  const modes = graph.AdditionalAuthenticationProviders.map((one) => ({ authenticationType: one.AuthenticationType }));
  const simulator = new AmplifyAppSyncSimulator({ port: PORT });
  await simulator.start();
  simulator.init({
    schema: { content: of('AWS::AppSync::GraphQLSchema')[0].Definition },
    resolvers: of('AWS::AppSync::Resolver').map((one) => ({
      kind: 'UNIT',
      typeName: one.TypeName,
      fieldName: one.FieldName,
      dataSourceName: 'functions',
      requestMappingTemplate: request(one.MaxBatchSize ? 'BatchInvoke' : 'Invoke'),
      responseMappingTemplate: one.MaxBatchSize ? BATCH : SINGLE,
    })),
    dataSources: [{ type: 'AWS_LAMBDA', name: 'functions', invoke: (event) => functions.invoke(event) }],
    appSync: {
      name: 'conformance',
      defaultAuthenticationType: { authenticationType: graph.AuthenticationType, cognitoUserPoolConfig: {} },
      additionalAuthenticationProviders: modes,
      apiKey: 'da2-simulator',
    },
  });
  console.log(`ready ${simulator.localhostUrl}/graphql`);
}

main();
