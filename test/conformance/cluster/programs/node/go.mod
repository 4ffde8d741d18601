module cdk-eks-mesh/node

go 1.25
